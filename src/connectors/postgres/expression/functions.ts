import { alike, digitsOf, isWallClock, nullIfAnyNull, printed } from './compare.ts'
import { arithmetic, widened } from './arithmetic.ts'
import {
  asCondition,
  asNumber,
  asText,
  atom,
  bracketed,
  cast,
  composite,
  describeClass,
  isNumber,
  isText,
  refuse,
  type Scope,
  type Term,
} from './term.ts'

type Render = (args: readonly Term[], scope: Scope) => Term

/**
 * MySQL's functions that have an equal here, for the kinds of arguments where they have. Every one is IMMUTABLE in
 * PostgreSQL, so that it may stand in a generated column or an index, save those of defaults.
 */
const functions: { readonly [name: string]: Render } = {
  lower: letterCase('lower'),
  lcase: letterCase('lower'),
  upper: letterCase('upper'),
  ucase: letterCase('upper'),
  trim,
  ltrim: textFunction('ltrim'),
  rtrim: textFunction('rtrim'),
  char_length: characterCount,
  character_length: characterCount,
  length: byteCount,
  octet_length: byteCount,
  left: beginningOrEnd('left'),
  right: beginningOrEnd('right'),
  substring,
  substr: substring,
  mid: substring,
  replace: ([text, from, to], scope) => {
    const parts = [text, from, to].map((term) => printed(argument(term), scope))
    return atom(`replace(${parts.join(', ')})`, 'text')
  },
  lpad: padded('lpad'),
  rpad: padded('rpad'),
  concat: (args, scope) => {
    if (args.length === 0) return refuse('concat() of nothing')
    const parts = args.map((term) => printed(term, scope))
    return parts.length === 1 ? composite(parts[0] ?? '', 'text') : composite(parts.join(' || '), 'text')
  },
  abs: ([term]) => {
    const number = asNumber(argument(term))
    if (number.class === 'int') return atom(`abs(${widened(number)})`, 'int', { bits: number.bits })
    return atom(`abs(${numeric(number).sql})`, number.class, { digits: number.digits })
  },
  floor: whole('floor'),
  ceil: whole('ceil'),
  ceiling: whole('ceil'),
  round: cutOrRounded('round'),
  truncate: cutOrRounded('trunc'),
  mod: ([left, right]) => arithmetic('%', argument(left), argument(right)),
  greatest: extreme('GREATEST'),
  least: extreme('LEAST'),
  coalesce: firstValue,
  ifnull: firstValue,
  if: ([when, then, otherwise]) => {
    const { sql, result } = alike([argument(then), argument(otherwise)])
    return composite(
      `CASE WHEN ${asCondition(argument(when)).sql} THEN ${sql[0]} ELSE ${sql[1]} END`,
      result.class,
      result,
    )
  },
  isnull: ([term]) => composite(`${bracketed(argument(term))} IS NULL`, 'bool'),
  year: datePart('YEAR', 14),
  month: datePart('MONTH', 4),
  day: datePart('DAY', 5),
  dayofmonth: datePart('DAY', 5),
  dayofyear: datePart('DOY', 9),
  quarter: datePart('QUARTER', 3),
  hour: datePart('HOUR', 5),
  minute: datePart('MINUTE', 6),
  second: datePart('SECOND', 6),
  extract: ([unit, term], scope) => {
    const part = unit?.keyword === undefined || !parts.has(unit.keyword) ? undefined : functions[unit.keyword]
    return part ? part([argument(term)], scope) : refuse('EXTRACT of a part that is not a plain one')
  },
  dayofweek: ([term]) => composite(`EXTRACT(DOW FROM ${wallClock(term).sql})::integer + 1`, 'int', { bits: 3 }),
  weekday: ([term]) => composite(`EXTRACT(ISODOW FROM ${wallClock(term).sql})::integer - 1`, 'int', { bits: 3 }),
  date: ([term]) => atom(cast(wallClock(term), 'date'), 'date'),
  datediff: ([left, right]) =>
    composite(`${cast(wallClock(left), 'date')} - ${cast(wallClock(right), 'date')}`, 'int', { bits: 31 }),
  json_valid: ([term]) => {
    const { class: type, sql } = argument(term)
    if (type !== 'json' && type !== 'jsonb') return refuse('json_valid() of a column that is not JSON')
    return composite(`CASE WHEN ${sql} IS NOT NULL THEN true END`, 'bool')
  },
}

const parts: ReadonlySet<string> = new Set(['year', 'quarter', 'month', 'day', 'hour', 'minute', 'second'])

/** What a default may call besides: times are those of the transaction, as in {@link defaultFor}. */
const defaultFunctions: { readonly [name: string]: Render } = {
  uuid: (_, { wanted }) =>
    wanted === 'uuid' ? atom('gen_random_uuid()', 'uuid') : atom('gen_random_uuid()::text', 'text'),
  json_array: (args, scope) => emptyJson('[]', args, scope),
  json_object: (args, scope) => emptyJson('{}', args, scope),
  curdate: () => atom('CURRENT_DATE', 'date'),
  current_date: () => atom('CURRENT_DATE', 'date'),
  utc_date: () => atom(`(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date`, 'date'),
  utc_timestamp: (args) => atom(`(CURRENT_TIMESTAMP${precision(args)} AT TIME ZONE 'UTC')`, 'timestamp'),
  now,
  current_timestamp: now,
  localtimestamp: now,
  localtime: now,
}

export function call(name: string, args: readonly Term[], scope: Scope): Term {
  const render = (scope.purpose === 'default' ? defaultFunctions[name] : undefined) ?? functions[name]
  if (!render) return refuse(`the function ${name}() has no equal that is known to be the same`)
  return render(args, scope)
}

function argument(term: Term | undefined): Term {
  return term ?? refuse('a function lacks an argument')
}

function numeric(term: Term): Term {
  return isNumber(term) ? term : refuse(`${describeClass(term)} stands where a number is wanted`)
}

function textual(term: Term | undefined): string {
  const text = argument(term)
  return isText(text) ? asText(text) : refuse(`${describeClass(text)} stands where a text is wanted`)
}

function wallClock(term: Term | undefined): Term {
  const clock = argument(term)
  if (isWallClock(clock)) return clock
  return refuse(`the date of ${describeClass(clock)} hangs on the session's time zone`)
}

/** A literal that is a whole number of at least `low`. */
function constant(term: Term | undefined, low: number): string {
  const value = argument(term).literal ?? ''
  return /^\d{1,9}$/.test(value) && Number(value) >= low
    ? value
    : refuse('a length or place that is not a plain number')
}

function textFunction(name: string): Render {
  return (args) => {
    if (args.length !== 1) return refuse(`${name}() with other arguments`)
    return atom(`${name}(${textual(args[0])})`, 'text')
  }
}

/** The locale of a database may know A to Z only. */
function letterCase(name: 'lower' | 'upper'): Render {
  return (args, scope) => {
    scope.caveats.add(`${name}() of letters other than A to Z follows the database's locale`)
    return textFunction(name)(args, scope)
  }
}

/** `TRIM(x)`, and `TRIM(side removed FROM x)` of one character: MySQL removes words, PostgreSQL any of the characters. */
function trim(args: readonly Term[]): Term {
  if (args.length === 1) return atom(`btrim(${textual(args[0])})`, 'text')
  const [side, removed, text] = args
  const name = { both: 'btrim', leading: 'ltrim', trailing: 'rtrim' }[argument(side).keyword ?? '']
  if (name === undefined || !/^.$/su.test(argument(removed).literal ?? ''))
    return refuse('TRIM of other than one character')
  return atom(`${name}(${textual(text)}, ${textual(removed)})`, 'text')
}

function characterCount([term]: readonly Term[]): Term {
  return atom(`char_length(${textual(term)})`, 'int', { bits: 31 })
}

/** The bytes of a text are those of UTF-8 here, of the column's charset at the source. */
function byteCount([term]: readonly Term[], scope: Scope): Term {
  if (argument(term).class === 'bytea') return atom(`octet_length(${argument(term).sql})`, 'int', { bits: 31 })
  scope.caveats.add('the bytes of a text are counted in UTF-8')
  return atom(`octet_length(${textual(term)})`, 'int', { bits: 31 })
}

function beginningOrEnd(name: 'left' | 'right'): Render {
  return ([text, length]) => atom(`${name}(${textual(text)}, ${constant(length, 0)})`, 'text')
}

function substring([text, from, length]: readonly Term[]): Term {
  const start = `substring(${textual(text)} FROM ${constant(from, 1)}`
  return atom(length ? `${start} FOR ${constant(length, 0)})` : `${start})`, 'text')
}

function padded(name: 'lpad' | 'rpad'): Render {
  return ([text, length, fill], scope) => {
    if (!argument(fill).literal) return refuse(`${name}() with a fill that is not a plain text`)
    return atom(`${name}(${printed(argument(text), scope)}, ${constant(length, 0)}, ${textual(fill)})`, 'text')
  }
}

function whole(name: 'floor' | 'ceil'): Render {
  return ([term]) => {
    const number = asNumber(argument(term))
    if (number.class === 'int') return number
    const digits = digitsOf(number) && { whole: (digitsOf(number)?.whole ?? 0) + 1, fraction: 0 }
    return atom(`${name}(${numeric(number).sql})`, number.class, { digits })
  }
}

/** Decimals are rounded half away from zero by both; inexact numbers are not. */
function cutOrRounded(name: 'round' | 'trunc'): Render {
  return ([term, places]) => {
    const number = asNumber(argument(term))
    if (number.class === 'int' && !places) return number
    if (number.class !== 'numeric') return refuse(`${name}() of ${describeClass(number)}`)
    const digits = number.digits
    if (!places)
      return atom(`${name}(${number.sql})`, 'numeric', { digits: digits && { whole: digits.whole + 1, fraction: 0 } })
    const fraction = Number(constant(places, 0))
    return atom(`${name}(${number.sql}, ${fraction})`, 'numeric', {
      digits: digits && { whole: digits.whole + 1, fraction },
    })
  }
}

function extreme(name: 'GREATEST' | 'LEAST'): Render {
  return (args) => {
    if (args.some(isText)) return refuse('the order of texts is another one')
    const { sql, result } = alike(args)
    if (result.class === 'enum' || result.class === 'bool') return refuse(`${name}() of ${result.class} values`)
    return nullIfAnyNull(args, `${name}(${sql.join(', ')})`, result)
  }
}

function firstValue(args: readonly Term[]): Term {
  const { sql, result } = alike(args)
  return atom(`COALESCE(${sql.join(', ')})`, result.class, result)
}

function datePart(field: string, bits: number): Render {
  return ([term]) => {
    const clock = argument(term)
    const isTimeOfDay = clock.class === 'time' && ['HOUR', 'MINUTE', 'SECOND'].includes(field)
    const source = isTimeOfDay ? clock : wallClock(clock)
    // A date has no hours here; at the source it has those of midnight.
    const moment = field === 'HOUR' || field === 'MINUTE' || field === 'SECOND' ? timeful(source) : source.sql
    const part = `EXTRACT(${field} FROM ${moment})`
    return atom(field === 'SECOND' ? `floor(${part})::integer` : `${part}::integer`, 'int', { bits })
  }
}

function timeful(term: Term): string {
  return term.class === 'date' ? cast(term, 'timestamp') : term.sql
}

function emptyJson(text: string, args: readonly Term[], { wanted }: Scope): Term {
  if (args.length > 0) return refuse('a JSON value made of parts')
  if (wanted !== 'json' && wanted !== 'jsonb') return refuse('JSON as the default of another type')
  return atom(`'${text}'::${wanted}`, wanted)
}

function now(args: readonly Term[], { wanted }: Scope): Term {
  if (wanted === 'timestamptz') return atom(`CURRENT_TIMESTAMP${precision(args)}`, 'timestamptz')
  return atom(`LOCALTIMESTAMP${precision(args)}`, 'timestamp')
}

/** Digits of a clock: none are given for whole seconds, which is 0 here. */
function precision(args: readonly Term[]): string {
  const digits = args.length === 0 ? '0' : constant(args[0], 0)
  return digits === '6' ? '' : `(${digits})`
}
