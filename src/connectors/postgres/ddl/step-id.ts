import type { FinishKind } from '../../../model/plan.ts'
import type { QualifiedName } from '../../../model/relation.ts'

/** Deterministic, and unique in the plan: names are unique per table and kind. */
export function stepId(kind: FinishKind, table: QualifiedName, name: string): string {
  return [kind, table.schema, table.name, name].map((part) => part.replaceAll('/', '//')).join('/')
}
