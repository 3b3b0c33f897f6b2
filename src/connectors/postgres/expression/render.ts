import type { BinaryOperator, Cast, Expression, Literal } from '../../../model/expression.ts'
import { quoteLiteral, quoteName } from '../quote.ts'
import { arithmetic, negated, numberLiteral, widened } from './arithmetic.ts'
import { alike, comparable, digitsOf, hexLiteral, isWallClock, momentLiteral, printed, textCaveat } from './compare.ts'
import { call } from './functions.ts'
import {
  asCondition,
  asNumber,
  asText,
  atom,
  bracketed,
  cast,
  composite,
  describeClass,
  isText,
  refuse,
  type Scope,
  type Term,
} from './term.ts'

/** @throws Untranslatable */
export function render(expression: Expression, scope: Scope): Term {
  switch (expression.kind) {
    case 'literal':
      return literal(expression)
    case 'column':
      return column(expression.name, scope)
    case 'call':
      return call(
        expression.name,
        expression.args.map((argument) => render(argument, scope)),
        scope,
      )
    case 'binary':
      return binary(expression.operator, expression.left, expression.right, scope)
    case 'unary':
      if (expression.operator === '~') return refuse('the operator ~ works on unsigned numbers')
      if (expression.operator === '-') return negated(render(expression.operand, scope))
      return composite(`NOT ${bracketed(asCondition(render(expression.operand, scope)))}`, 'bool')
    case 'in':
      return isIn(expression, scope)
    case 'between':
      return between(expression, scope)
    case 'is':
      return isTest(expression, scope)
    case 'like':
      return like(expression, scope)
    case 'case':
      return choice(expression, scope)
    case 'cast':
      return converted(render(expression.operand, scope), expression.type, scope)
    case 'collate': {
      const term = render(expression.operand, scope)
      const isExact = expression.collation === 'binary' || expression.collation.endsWith('_0900_bin')
      return isExact && isText(term) ? { ...term, isExact } : term
    }
    case 'keyword':
      return atom('', 'keyword', { keyword: expression.word })
    case 'row':
      return refuse('rows compared as a whole')
    case 'interval':
      return refuse('a span of time by itself')
  }
}

function literal(value: Literal): Term {
  switch (value.type) {
    case 'null':
      return atom('NULL', 'null')
    case 'bool':
      return atom(String(value.value), 'bool', { literal: value.value ? '1' : '0' })
    case 'number':
      return numberLiteral(value.text)
    case 'bits':
      return numberLiteral(BigInt(`0b${value.digits || '0'}`).toString())
    case 'hex':
      return hexLiteral(value.digits.toLowerCase())
    case 'date':
    case 'time':
    case 'timestamp':
      return momentLiteral(value.type, value.text)
    case 'string':
      if (value.charset === 'binary') return hexLiteral(Buffer.from(value.value, 'utf8').toString('hex'))
      if (value.value.includes('\0')) return refuse('a text with a NUL character')
      return atom(quoteLiteral(value.value).trim(), 'string', { literal: value.value })
  }
}

function isTest(expression: Extract<Expression, { kind: 'is' }>, scope: Scope): Term {
  const operand = render(expression.operand, scope)
  const tested = expression.what === 'null' ? operand : asCondition(operand)
  const is = expression.negated ? 'IS NOT' : 'IS'
  return composite(`${bracketed(tested)} ${is} ${expression.what.toUpperCase()}`, 'bool')
}

function column(name: string, { types }: Scope): Term {
  const type = types(name) ?? refuse(`it refers to ${name}, which cannot be named here`)
  const sql = quoteName(name)
  switch (type.class) {
    case 'int':
      return atom(sql, 'int', { bits: /big|8/.test(type.text) ? 63 : /small|2/.test(type.text) ? 15 : 31 })
    case 'numeric': {
      const [precision, fraction = 0] = type.args
      return atom(sql, 'numeric', precision === undefined ? {} : { digits: { whole: precision - fraction, fraction } })
    }
    case 'enum':
      return atom(sql, 'enum', { enum: { text: type.text, labels: type.labels } })
    default:
      return atom(sql, type.class)
  }
}

function binary(operator: BinaryOperator, left: Expression, right: Expression, scope: Scope): Term {
  if (right.kind === 'interval' && (operator === '+' || operator === '-')) {
    return later(render(left, scope), operator, right, scope)
  }
  if (left.kind === 'interval' && operator === '+') return later(render(right, scope), '+', left, scope)
  const [a, b] = [render(left, scope), render(right, scope)]
  switch (operator) {
    case '=':
    case '<>': {
      const terms = comparable(a, b, false, scope)
      return composite(`${terms.left} ${operator} ${terms.right}`, 'bool')
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const terms = comparable(a, b, true, scope)
      return composite(`${terms.left} ${operator} ${terms.right}`, 'bool')
    }
    case '<=>': {
      if (b.class === 'null') return composite(`${bracketed(a)} IS NULL`, 'bool')
      const terms = comparable(a, b, false, scope)
      return composite(`${terms.left} IS NOT DISTINCT FROM ${terms.right}`, 'bool')
    }
    case 'and':
    case 'or':
      return composite(`${bracketed(asCondition(a))} ${operator.toUpperCase()} ${bracketed(asCondition(b))}`, 'bool')
    case 'xor':
      return composite(`${bracketed(asCondition(a))} <> ${bracketed(asCondition(b))}`, 'bool')
    case 'regexp':
      return refuse('the two engines read regular expressions differently')
    default:
      return arithmetic(operator, a, b)
  }
}

const units: ReadonlySet<string> = new Set(['second', 'minute', 'hour', 'day', 'week', 'month', 'year'])

/** A wall clock moved on. Both engines keep to the last day of a shorter month. */
function later(clock: Term, operator: '+' | '-', span: Extract<Expression, { kind: 'interval' }>, scope: Scope): Term {
  const isWall = isWallClock(clock) || (clock.class === 'timestamptz' && scope.purpose === 'default')
  if (!isWall) return refuse(`a span of time added to ${describeClass(clock)}`)
  const amount = render(span.amount, scope)
  if (!units.has(span.unit) || amount.class !== 'int' || !/^-?\d{1,9}$/.test(amount.literal ?? '')) {
    return refuse('a span of time that is not a plain number of a plain unit')
  }
  const moved = composite(`${bracketed(clock)} ${operator} interval '${amount.literal} ${span.unit}'`, 'timestamp')
  if (clock.class !== 'date') return { ...moved, class: clock.class }
  const isWhole = span.unit !== 'second' && span.unit !== 'minute' && span.unit !== 'hour'
  return isWhole ? atom(cast(moved, 'date'), 'date') : moved
}

function isIn({ operand, items, negated: isNegated }: Extract<Expression, { kind: 'in' }>, scope: Scope): Term {
  const own = render(operand, scope)
  const pairs = items.map((one) => comparable(own, render(one, scope), false, scope))
  const left = new Set(pairs.map((pair) => pair.left))
  const [first] = left
  if (first === undefined || left.size > 1) return refuse('it compares with values of several types')
  return composite(`${first} ${isNegated ? 'NOT IN' : 'IN'} (${pairs.map((pair) => pair.right).join(', ')})`, 'bool')
}

function between(expression: Extract<Expression, { kind: 'between' }>, scope: Scope): Term {
  const own = render(expression.operand, scope)
  const low = comparable(own, render(expression.low, scope), true, scope)
  const high = comparable(own, render(expression.high, scope), true, scope)
  if (low.left !== high.left) return refuse('it compares with values of several types')
  return composite(
    `${low.left} ${expression.negated ? 'NOT BETWEEN' : 'BETWEEN'} ${low.right} AND ${high.right}`,
    'bool',
  )
}

function like(
  { operand, pattern, escape, negated: isNegated }: Extract<Expression, { kind: 'like' }>,
  scope: Scope,
): Term {
  const own = render(operand, scope)
  const form = render(pattern, scope)
  const sign = escape ? (render(escape, scope).literal ?? '') : '\\'
  if (!isText(own) || form.class !== 'string' || sign.length !== 1)
    return refuse('LIKE of other than a text and a plain pattern')
  // A pattern that ends in a lone escape is an error here.
  if (form.literal?.endsWith(sign)) return refuse('a LIKE pattern that ends in its escape')
  if (!own.isExact && !form.isExact) {
    if (scope.purpose !== 'check') return refuse(`it compares texts: ${textCaveat}`)
    scope.caveats.add(textCaveat)
  }
  const escaped = escape ? ` ESCAPE ${quoteLiteral(sign).trim()}` : ''
  return composite(`${asText(own)} ${isNegated ? 'NOT LIKE' : 'LIKE'} ${form.sql}${escaped}`, 'bool')
}

function choice(expression: Extract<Expression, { kind: 'case' }>, scope: Scope): Term {
  const { operand, branches, otherwise } = expression
  const when = branches.map((branch): string => {
    if (!operand) return asCondition(render(branch.when, scope)).sql
    const terms = comparable(render(operand, scope), render(branch.when, scope), false, scope)
    return `${terms.left} = ${terms.right}`
  })
  const results = branches.map((branch) => render(branch.then, scope))
  const { sql, result } = alike(otherwise ? [...results, render(otherwise, scope)] : results)
  const cases = when.map((condition, index) => `WHEN ${condition} THEN ${sql[index]}`)
  const last = otherwise ? ` ELSE ${sql.at(-1)}` : ''
  return composite(`CASE ${cases.join(' ')}${last} END`, result.class, result)
}

function converted(term: Term, type: Cast['type'], scope: Scope): Term {
  const [first, second = 0] = type.args.map(Number)
  switch (type.array ? '' : type.name) {
    case 'char':
    case 'varchar':
    case 'nchar': {
      if (type.charset !== undefined && !type.charset.startsWith('utf8')) break
      const text = printed(term, scope)
      if (first !== undefined) return atom(`left(${text}, ${first})`, 'text')
      return isText(term) ? atom(text, 'text') : composite(text, 'text')
    }
    case 'signed': {
      const number = asNumber(term)
      if (number.class === 'int') return atom(widened(number), 'int', { bits: number.bits })
      break
    }
    case 'decimal': {
      const [precision, fraction] = [first ?? 10, second]
      const number = asNumber(term)
      const digits = digitsOf(number)
      const whole = (digits?.whole ?? Infinity) + ((digits?.fraction ?? 0) > fraction ? 1 : 0)
      if (whole > precision - fraction) return refuse('a CAST to a decimal that may be too small')
      const sql = cast(number, `numeric(${precision},${fraction})`)
      return atom(sql, 'numeric', { digits: { whole: precision - fraction, fraction } })
    }
    case 'date':
      if (isWallClock(term)) return atom(cast(term, 'date'), 'date')
      break
    case 'datetime':
      if (term.class === 'date') return atom(cast(term, 'timestamp'), 'timestamp')
      break
  }
  return refuse(`a CAST of ${describeClass(term)} to ${type.name}`)
}
