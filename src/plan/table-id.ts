import type { QualifiedName } from '../model/relation.ts'

/** For maps and sets: no name of a table holds a NUL. */
export function tableId({ schema, name }: QualifiedName): string {
  return `${schema}\u0000${name}`
}
