/** What the stage reads, as its pipeline says. */
interface Row {
  readonly full_name: string | null
  readonly country: string | null
}

/** What it writes. */
interface Names {
  readonly first_name: string | null
  readonly last_name: string
}

const familyFirst: ReadonlySet<string> = new Set(['HU', 'JP', 'CN', 'KR', 'VN'])

/** Tells names of a person apart: `Lovelace, Ada` is what it says, and elsewhere the country decides which comes first. */
export function splitName({ full_name, country }: Row): Names {
  const text = full_name?.trim().replace(/\s+/gu, ' ') ?? ''
  if (text === '') throw new Error('there is no name')
  const [family, given, ...more] = text.split(', ')
  if (more.length > 0) throw new Error('there are several commas')
  if (given !== undefined) return { first_name: given, last_name: family ?? '' }
  const words = text.split(' ')
  const last = familyFirst.has(country ?? '') ? words.shift() : words.pop()
  return { first_name: words.length === 0 ? null : words.join(' '), last_name: last ?? '' }
}
