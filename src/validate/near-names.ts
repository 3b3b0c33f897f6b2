import type { NameRule } from '../config/pipeline.ts'
import type { Target } from '../contract/target.ts'
import type { QualifiedName } from '../model/relation.ts'
import { targetName } from '../plan/names.ts'
import { tableId } from '../plan/table-id.ts'

/** A table of the source, and the name under which the target does not have it. */
export interface Unfound {
  readonly table: QualifiedName
  readonly wanted: QualifiedName
}

const rules: readonly NameRule[] = ['keep', 'lower', 'snake']

/**
 * Whether tables that were not found are there under other names that a tool may have given them: in a schema called as
 * the source's database, in lower case, in snake case. Sentences for people, one per cure, which each of them names.
 */
export async function nearNames(
  unfound: readonly Unfound[],
  target: Pick<Target, 'describe' | 'maxNameBytes'>,
  signal: AbortSignal,
): Promise<string[]> {
  const spelled = (name: string, rule: NameRule): string => targetName(name, rule, target.maxNameBytes)
  const candidates = unfound.flatMap(({ table, wanted }) => {
    const schemas = new Set([wanted.schema, table.schema, spelled(table.schema, 'lower')])
    return [...schemas].flatMap((schema) =>
      rules.map((rule) => ({ wanted, rule, name: { schema, name: spelled(table.name, rule) } })),
    )
  })
  if (candidates.length === 0) return []
  const asked = new Map(candidates.map(({ name }) => [tableId(name), name]))
  const there = new Set((await target.describe([...asked.values()], signal)).map(({ name }) => tableId(name)))
  const byCure = new Map<string, { readonly wanted: QualifiedName; readonly name: QualifiedName }[]>()
  const known = new Set<string>()
  for (const { wanted, rule, name } of candidates) {
    if (known.has(tableId(wanted)) || !there.has(tableId(name))) continue
    known.add(tableId(wanted))
    const schema = name.schema === wanted.schema ? [] : [`?schema=${name.schema} in the target’s URL`]
    const spelling = name.name === wanted.name ? [] : [`--names ${rule}`]
    const cure = [...schema, ...spelling].join(' and ')
    byCure.set(cure, [...(byCure.get(cure) ?? []), { wanted, name }])
  }
  return [...byCure].map(([cure, found]) => {
    const [first] = found
    const many = found.length === 1 ? 'One table is' : `${found.length} tables are`
    const example = `${shown(first!.name)} in the place of ${shown(first!.wanted)}`
    return `${many} there under another name, such as ${example}: ${cure} finds ${found.length === 1 ? 'it' : 'them'}.`
  })
}

function shown({ schema, name }: QualifiedName): string {
  return `${schema}.${name}`
}
