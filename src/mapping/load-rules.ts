import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { z } from 'zod'
import { nearest } from '../errors/nearest.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { Plain } from '../model/plain.ts'
import type { RuleSet } from './rule-set.ts'
import { type MappingDocument, mappingSchema, type ReadRule } from './document.ts'
import { type EntryPlace, inMapping, shortForms } from './overrides.ts'

/** The package's own mapping files lie beside `src` and `dist`. */
const folder = new URL('../../mappings/', import.meta.url)

/**
 * The rules for a pair of engines: the user's own first, then what the pair does better, then each engine's. How values
 * are read is only the source's affair, how they are written only the target's.
 * @throws TL_C105 where nobody has written the pair's rules; TL_C102 where a document is not valid.
 */
export async function loadRules(
  sourceEngine: string,
  targetEngine: string,
  own: Plain | undefined,
  placeOf: EntryPlace = inMapping,
): Promise<RuleSet> {
  const user = own === undefined ? undefined : parseMapping(own, 'the mapping')
  const pair = await readBuiltIn(`${sourceEngine}-to-${targetEngine}`, false)
  const source = await readBuiltIn(sourceEngine, true)
  const target = await readBuiltIn(targetEngine, true)
  const all = [user, pair, source, target].filter((document) => document !== undefined)
  if (user !== undefined) assertTypesKnown(user, source?.read ?? [], placeOf)
  const short = user === undefined ? undefined : shortForms(user, placeOf)
  return {
    overrides: short?.overrides ?? [],
    ownPolicies: [...(short?.policies ?? []), ...ruleList(user?.policies)],
    types: all.flatMap((document) => ruleList(document.types)),
    read: [user, pair, source].flatMap((document) => document?.read ?? []),
    write: [user, pair, target].flatMap((document) => document?.write ?? []),
    policies: [pair, source, target].flatMap((document) => ruleList(document?.policies)),
  }
}

/** A type that the source does not have would be passed over in silence. @throws TL_C102 */
function assertTypesKnown(document: MappingDocument, read: readonly ReadRule[], placeOf: EntryPlace): void {
  const known = read.flatMap(({ match }) => match.type ?? [])
  if (known.length === 0) return
  const { types } = document
  for (const key of Object.keys(types === undefined || Array.isArray(types) ? {} : types)) {
    const name = key.toLowerCase().replace(/\(.*/, '').replace(/ .*/, '')
    if (known.includes(name)) continue
    const near = nearest(name, known)
    const cure = near === undefined ? `Types of the source are ${known.join(', ')}.` : `Did you mean ${near}?`
    throw new TransloadError('TL_C102', { ...placeOf(['types', key]), reason: `the source has no type ${name}`, cure })
  }
}

/** Rules that are written in full. */
export function ruleList<T>(rules: readonly T[] | object | undefined): readonly T[] {
  return Array.isArray(rules) ? (rules as readonly T[]) : []
}

async function readBuiltIn(name: string, required: boolean): Promise<MappingDocument | undefined> {
  const text = await readText(new URL(`${name}.yaml`, folder))
  if (text !== undefined) return parseMapping(parse(text) as Plain, `mappings/${name}.yaml`)
  if (!required) return undefined
  throw new TransloadError('TL_C105', {
    reason: `There is no mapping for ${name}`,
    cure: 'Give one with mapping: FILE.',
  })
}

async function readText(file: URL): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** @throws TL_C102 naming the place. */
export function parseMapping(document: unknown, file: string): MappingDocument {
  const result = mappingSchema.safeParse(document)
  if (result.success) return result.data
  const issue = result.error.issues[0] && innermost(result.error.issues[0])
  throw new TransloadError('TL_C102', {
    file,
    place: issue?.path.join('.') ?? '',
    reason: issue?.message ?? 'it is not a mapping',
    cure: 'See docs/mapping.md for what a mapping may say.',
  })
}

/** Of the ways of writing something the one that was meant: that of the right type. */
function innermost(issue: z.core.$ZodIssue): { readonly path: readonly PropertyKey[]; readonly message: string } {
  if (issue.code !== 'invalid_union') return issue
  const isType = (one: z.core.$ZodIssue): boolean => one.code === 'invalid_type' && one.path.length === 0
  const meant = issue.errors.find((issues) => !issues.some(isType))?.[0]
  if (meant === undefined) return issue
  const { path, message } = innermost(meant)
  return { path: [...issue.path, ...path], message }
}
