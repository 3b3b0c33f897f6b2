import type { NativeType, NotCarried } from '../../../model/relation.ts'
import { fractionLimit, lengthLimit, numericLimit, type TargetType } from '../types.ts'

/** A type as its catalog has it. */
export interface CatalogType {
  readonly oid: string
  readonly name: string
  /** `d`: a domain, `e`: an enum type, `b`: a base type, and others. */
  readonly kind: string
  readonly text: string
  /** Of a domain. */
  readonly base: string
  readonly typmod: number
  readonly notNull: boolean
  /** Of an array. */
  readonly element: string | null
  readonly labels: readonly string[] | null
  readonly checks: readonly string[]
}

/** Types by their number. */
export type CatalogTypes = ReadonlyMap<string, CatalogType>

/** A type with its modifier, domains resolved to what they are made of. @param typmod −1: it has none */
export function nativeTypeOf(types: CatalogTypes, oid: string, typmod: number): NativeType {
  const type = types.get(oid)
  if (type === undefined) return { name: 'unknown', text: `type ${oid}`, args: [] }
  if (type.kind === 'd') return nativeTypeOf(types, type.base, type.typmod)
  if (type.element !== null) {
    const of = nativeTypeOf(types, type.element, typmod)
    return { name: 'array', text: `${of.text}[]`, args: [], of }
  }
  if (type.kind === 'e') return { name: 'enum', text: type.text, args: [], labels: type.labels ?? [] }
  const args = argsOf({ kind: 'base', name: type.name, text: type.text, oid: 0, typmod })
  return { name: type.name, text: textOf(type, args), args }
}

function argsOf(type: TargetType): number[] {
  switch (type.name) {
    case 'varchar':
    case 'bpchar': {
      const length = lengthLimit(type)
      return length === undefined ? [] : [length]
    }
    case 'numeric': {
      const limit = numericLimit(type)
      return limit === undefined ? [] : [limit.precision, limit.scale]
    }
    case 'bit':
    case 'varbit':
      return type.typmod < 0 ? [] : [type.typmod]
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
    case 'interval': {
      const precision = type.typmod < 0 ? undefined : fractionLimit(type)
      return precision === undefined ? [] : [precision]
    }
    default:
      return []
  }
}

/** As the server prints it: digits of a time stand before its zone. */
function textOf({ name, text }: CatalogType, args: readonly number[]): string {
  // `character` without a length would be one of one character.
  if (args.length === 0) return name === 'bpchar' ? name : text
  return text.replace(/^\S+( varying)?/, (name) => `${name}(${args.join(',')})`)
}

/** Domains that columns are of: their columns are of what they are made of. */
export function domainsNotCarried(types: CatalogTypes): NotCarried[] {
  return [...types.values()]
    .filter(({ kind }) => kind === 'd')
    .map((domain) => ({
      kind: 'domain',
      name: domain.text,
      reason: 'its columns are of the type that it is made of',
      sql: [`CREATE DOMAIN ${domain.text} AS ${nativeTypeOf(types, domain.oid, -1).text}`, ...domain.checks].join(' '),
    }))
}

/** Whether a type, or one that it is made of, has no NULL. */
export function isNeverNull(types: CatalogTypes, oid: string): boolean {
  const type = types.get(oid)
  return type?.kind === 'd' && (type.notNull || isNeverNull(types, type.base))
}
