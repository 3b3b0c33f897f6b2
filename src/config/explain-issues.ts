import { z } from 'zod'
import { TransloadError } from '../errors/transload-error.ts'
import { nearest } from '../errors/nearest.ts'
import type { Places } from './pipeline.ts'
import { laterPart } from './pipeline-file.ts'

interface Fault {
  readonly path: readonly PropertyKey[]
  readonly reason: string
  readonly cure: string
  /** The key that was meant. */
  readonly meant?: string | undefined
  readonly isMissing?: boolean | undefined
}

/** Faults that one message names: enough to mend a file in one go, short enough to be read. */
const maxFaults = 10

/**
 * What is wrong with a document, in its reader's words: the first fault with its cure, the others behind it.
 * Values are repeated only where the schema lists what is allowed: anything else may be a secret.
 */
export function explainIssues(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  document: unknown,
  places: Places,
): TransloadError {
  const faults = withoutConsequences(issues.flatMap((issue) => faultsOf(issue, schema, document)))
    .map((fault) => ({ ...fault, place: places.place(fault.path) }))
    .toSorted((a, b) => comparePlaces(a.place, b.place))
  const [first, ...others] = faults.slice(0, maxFaults)
  if (first === undefined)
    throw new TransloadError('TL_X901', { reason: 'a schema refused a document without a reason' })
  const more = others.map(({ place, reason, cure }) => `${place}: ${reason}. ${cure}`)
  const left = faults.length - 1 - others.length
  if (left > 0) more.push(`and ${left} more`)
  return new TransloadError('TL_C102', {
    file: places.file,
    place: first.place,
    reason: more.length === 0 ? first.reason : `${first.reason} (also at ${more.join(' ')})`,
    cure: first.cure,
  })
}

/** A key with a typing error is missing under its right name, too: one of the two is enough. */
function withoutConsequences(faults: readonly Fault[]): Fault[] {
  const idOf = (path: readonly PropertyKey[]): string => JSON.stringify(path)
  const meant = new Set(
    faults.flatMap((one) => (one.meant === undefined ? [] : idOf([...one.path.slice(0, -1), one.meant]))),
  )
  return faults.filter((fault) => fault.isMissing !== true || !meant.has(idOf(fault.path)))
}

/** `9:1` comes before `10:1`. Places of another kind keep their order. */
function comparePlaces(a: string, b: string): number {
  const [line, column] = a.split(':').map(Number)
  const [otherLine, otherColumn] = b.split(':').map(Number)
  if (line === undefined || column === undefined || otherLine === undefined || otherColumn === undefined) return 0
  return line - otherLine || column - otherColumn || 0
}

function faultsOf(issue: z.core.$ZodIssue, schema: z.ZodType, document: unknown): Fault[] {
  const { path } = issue
  const subject = nameOf(path)
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path)
    return issue.keys.map((key) => ({ path: [...path, key], ...unknownKey(path, key, known) }))
  }
  if (issue.code === 'invalid_union') {
    // Of the ways of writing it the one that was meant: that of the right type.
    const isType = (one: z.core.$ZodIssue): boolean => one.code === 'invalid_type' && one.path.length === 0
    const meant = issue.errors.find((issues) => !issues.some(isType)) ?? issue.errors[0] ?? []
    return meant.flatMap((one) => faultsOf({ ...one, path: [...path, ...one.path] }, schema, document))
  }
  const value = valueAt(document, path)
  if (issue.code === 'invalid_type' || (issue.code === 'invalid_value' && value === undefined)) {
    const expected = issue.code === 'invalid_type' ? issue.expected : undefined
    return [{ path, ...wrongType(subject, value, expected) }]
  }
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String)
    const shown = typeof value === 'string' || typeof value === 'number' ? String(value) : typeOf(value)
    const near = nearest(shown, allowed)
    const cure = near === undefined ? '' : `Did you mean ${near}? `
    return [{ path, reason: `${subject} is ${shown}`, cure: `${cure}Possible: ${allowed.join(', ')}.` }]
  }
  return [
    { path, reason: `${subject}: ${lowerFirst(issue.message)}`, cure: 'See docs/pipeline.md for what can stand here.' },
  ]
}

function unknownKey(path: readonly PropertyKey[], key: string, known: readonly string[]): Omit<Fault, 'path'> {
  const later = laterPart(path, key)
  if (later !== undefined) {
    return { reason: `${key}: this version of transload has no ${later} yet`, cure: `Leave ${key} out.` }
  }
  const near = nearest(key, known)
  const cure = near === undefined ? `Keys here are ${known.join(', ')}.` : `Did you mean ${near}?`
  return { reason: `the key ${key} is not known`, cure, meant: near }
}

function wrongType(subject: string, value: unknown, expected: string | undefined): Omit<Fault, 'path'> {
  if (value === undefined) return { reason: `${subject} is missing`, cure: 'Add it.', isMissing: true }
  const wanted = typeNames[expected ?? ''] ?? expected ?? 'something else'
  const reason = `${subject} is ${typeOf(value)}, not ${wanted}`
  if (value === null) return { reason, cure: 'Give it a value, or leave the key out.' }
  if (expected === 'string') return { reason, cure: 'Put it in quotes.' }
  if (expected === 'array') return { reason, cure: 'Write [a, b], or one item a line after a dash.' }
  return { reason, cure: 'See docs/pipeline.md for what can stand here.' }
}

const typeNames: { readonly [zodName: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

function typeOf(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'number') return 'a number'
  return typeof value === 'boolean' ? 'true or false' : 'text'
}

/** `datasets.0.columns.id.type` as `datasets[0].columns.id.type`. */
function nameOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file'
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as { readonly [key: PropertyKey]: unknown })[part]
  }
  return value
}

/** Keys that may stand at a path, as the schema's own JSON Schema lists them. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const whole = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  // What may stand within itself, as stages do, is there once.
  const ways = (one: JsonSchema | undefined): readonly JsonSchema[] => {
    const named = one?.$ref === undefined ? one : whole.$defs?.[one.$ref.replace('#/$defs/', '')]
    if (named === undefined) return []
    return named.anyOf === undefined ? [named] : named.anyOf.flatMap(ways)
  }
  let found: readonly JsonSchema[] = ways(whole)
  for (const part of path) {
    found = found.flatMap((one) => {
      if (typeof part === 'number') return ways(one.items)
      return ways(one.properties?.[String(part)] ?? objectOf(one.additionalProperties))
    })
  }
  return [...new Set(found.flatMap((one) => Object.keys(one.properties ?? {})))]
}

interface JsonSchema {
  readonly $ref?: string | undefined
  readonly $defs?: { readonly [name: string]: JsonSchema } | undefined
  readonly properties?: { readonly [key: string]: JsonSchema } | undefined
  readonly additionalProperties?: JsonSchema | boolean | undefined
  readonly items?: JsonSchema | undefined
  readonly anyOf?: readonly JsonSchema[] | undefined
}

function objectOf(schema: JsonSchema | boolean | undefined): JsonSchema | undefined {
  return typeof schema === 'object' ? schema : undefined
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
