import { type DigestForm, elementForm, isListForm, listForms } from '../../model/digest-form.ts'
import { listExpression } from './list-expression.ts'
import { parseTypeText } from './types.ts'

/**
 * Forms that values of a type can be compared in, the best first; none where they cannot. `text` can be compared in any
 * form but `bytes`: what it holds is what somebody wrote there.
 */
export function formsOf(typeText: string): readonly DigestForm[] {
  const type = parseTypeText(typeText)
  if (type.kind === 'array') {
    const { element } = type
    const name = element?.name ?? ''
    const lists = element === undefined ? [] : listForms(formsOf(element.text))
    if (name === 'float4') return ['bytes', ...lists]
    if (['text', 'varchar', 'citext'].includes(name)) return ['set', 'text', ...asJson, ...lists]
    const asText: readonly DigestForm[] = element?.kind === 'unknown' && !printed.has(name) ? [] : ['text']
    // A moment within JSON is a text, which elsewhere it need not be.
    const inJson: readonly DigestForm[] = name === 'timestamptz' ? ['json'] : elementsInJson.has(name) ? asJson : []
    return [...asText, ...inJson, ...lists]
  }
  if (printed.has(type.name)) return ['text']
  if (type.name === 'money') return ['number']
  // Whoever asks has told enum types and domains apart from what nobody knows.
  if (type.kind === 'unknown') return []
  switch (type.name) {
    case 'bool':
      return ['number']
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric':
    case 'oid':
      return ['number', 'float64', 'float32']
    case 'float4':
      return ['float32', 'float64']
    case 'float8':
      return ['float64']
    case 'text':
    case 'varchar':
    case 'bpchar':
    case 'citext':
    case 'name':
    case 'xml':
      return anyText
    case 'bytea':
      return ['bytes']
    case 'date':
      return ['date']
    case 'time':
    case 'interval':
      return ['time']
    case 'timestamp':
      return ['timestamp', 'instant']
    case 'timestamptz':
      return ['instant', 'timestamp']
    case 'uuid':
      return ['text', 'bytes']
    case 'inet':
      return ['text']
    case 'bit':
    case 'varbit':
      return ['bits']
    case 'json':
      return ['json-text', 'json', 'json-value', 'text']
    case 'jsonb':
      return asJson
    default:
      return []
  }
}

const asJson: readonly DigestForm[] = ['json', 'json-value']

/** Other types of the server's own, whose one spelling is what it prints. */
const printed: ReadonlySet<string> = new Set(
  [
    'timetz cidr macaddr macaddr8 point line lseg box path polygon circle tsvector tsquery pg_lsn jsonpath',
    'int4range int8range numrange tsrange tstzrange daterange',
    'int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange',
  ].flatMap((names) => names.split(' ')),
)

/** Whether a collation orders the type's values, or labels do. */
export function isText(typeText: string): boolean {
  return formsOf(typeText).includes('text')
}

const anyText: readonly DigestForm[] = [
  'text',
  'set',
  'json-text',
  'json',
  'json-value',
  'number',
  'float64',
  'float32',
  'date',
  'time',
  'timestamp',
  'instant',
  'bits',
]

/**
 * A value as text, of bytes as bytes, made by the server.
 * @param quoted A column's quoted name, or another expression of the type
 */
export function contentExpression(quoted: string, typeText: string, form: DigestForm): string {
  const { kind, name, element, typmod } = parseTypeText(typeText)
  if (element !== undefined && isListForm(form)) return listExpression(quoted, element, elementForm(form))
  if (kind === 'array' && element?.name === 'float4') return floatBytes(quoted)
  if (kind === 'array' && (form === 'json' || form === 'json-value')) return elements(quoted, element?.name ?? '')
  if (kind === 'array') return form === 'set' ? members(quoted) : `${quoted}::pg_catalog.text`
  if (form === 'bytes') return name === 'uuid' ? `pg_catalog.uuid_send(${quoted})` : quoted
  // All of its digits, and not the fewest that tell it from its neighbours of 32 bits.
  if (name === 'float4' && form === 'float64') return `${quoted}::pg_catalog.float8::pg_catalog.text`
  if (name === 'bool') return `${quoted}::pg_catalog.int4::pg_catalog.text`
  if (name === 'money') return `${quoted}::pg_catalog.numeric::pg_catalog.text`
  // A cast takes blanks off: those that fill a length up, and, where there is none, those that somebody wrote.
  if (name === 'bpchar' && typmod < 0)
    return `CASE WHEN ${quoted} IS NOT NULL THEN pg_catalog.format('%s', ${quoted}) END`
  // Without its netmask where that says nothing.
  if (name === 'inet') {
    const isHost = `pg_catalog.masklen(${quoted}) = CASE pg_catalog.family(${quoted}) WHEN 4 THEN 32 ELSE 128 END`
    return `CASE WHEN ${isHost} THEN pg_catalog.host(${quoted}) ELSE ${quoted}::pg_catalog.text END`
  }
  // The session is in UTC: the clock that it shows is the moment's.
  if (name === 'timestamptz') return `${quoted}::pg_catalog.timestamp::pg_catalog.text`
  return `${quoted}::pg_catalog.text`
}

/** Of an array that JSON says all of; texts besides. */
const elementsInJson: ReadonlySet<string> = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'numeric',
  'float8',
  'uuid',
  'timestamptz',
])

/** Elements as JSON has them: numbers and truth values by themselves, all else as texts, as each is spelled alone. */
function elements(quoted: string, element: string): string {
  const value = element === 'timestamptz' ? contentExpression('e.value', element, 'instant') : 'e.value'
  const each = `ARRAY(SELECT ${value} FROM pg_catalog.unnest(${quoted}) WITH ORDINALITY AS e (value, place) ORDER BY e.place)`
  return `CASE WHEN pg_catalog.array_ndims(${quoted}) > 1 THEN pg_catalog.to_json(${quoted})::pg_catalog.text
    WHEN ${quoted} IS NOT NULL THEN pg_catalog.to_json(${each})::pg_catalog.text END`
}

/** Members joined by commas; an array that no set is, as the server prints it. */
function members(quoted: string): string {
  const odd = `EXISTS (SELECT FROM pg_catalog.unnest(${quoted}) AS e (value)
    WHERE e.value IS NULL OR e.value::text = '' OR pg_catalog.strpos(e.value::text, ',') > 0)`
  const isOdd = `pg_catalog.array_ndims(${quoted}) > 1 OR ${odd}`
  return `CASE WHEN ${isOdd} THEN ${quoted}::text ELSE pg_catalog.array_to_string(${quoted}, ',') END`
}

/** The elements' four bytes, the lowest first, one behind the other; an array that no vector is, as it is printed. */
function floatBytes(quoted: string): string {
  const reversed = [4, 3, 2, 1].map((at) => `pg_catalog.substr(e.sent, ${at}, 1)`).join(' OPERATOR(pg_catalog.||) ')
  const odd = `pg_catalog.array_ndims(${quoted}) > 1 OR pg_catalog.array_position(${quoted}, NULL) IS NOT NULL`
  return `CASE WHEN ${quoted} IS NULL THEN NULL WHEN ${odd} THEN pg_catalog.convert_to(${quoted}::text, 'UTF8')
    ELSE (SELECT COALESCE(pg_catalog.string_agg(${reversed}, ''::bytea ORDER BY e.place), ''::bytea)
      FROM (SELECT pg_catalog.float4send(u.value) AS sent, u.place
        FROM pg_catalog.unnest(${quoted}) WITH ORDINALITY AS u (value, place)) AS e) END`
}
