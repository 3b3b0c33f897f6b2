import type { Compiler, Place } from './compiler.ts'
import { Evaluation } from './evaluation.ts'
import { compareDecimals, compareTexts, compareValues, isEqualValue } from './compare-values.ts'
import { asType, commonType } from './common-type.ts'
import { aType, type ExpressionType, type ExpressionValue, isJsonType, isList, typeName } from './expression-type.ts'
import {
  asDecimal,
  isListValue,
  isMapValue,
  kindName,
  type Operand,
  readBigint,
  readBool,
  readDecimal,
  readList,
  readNumber,
  readNumeric,
  readPresent,
  readText,
  type Run,
} from './operand.ts'
import { rowFault } from './row-fault.ts'

type OrderSign = '<' | '<=' | '>' | '>='

/** `==` and `!=`: NULL equals NULL and nothing else, so that either is always true or false. */
export function compileEquality(
  compiler: Compiler,
  place: Place,
  sign: '==' | '!=',
  left: Operand,
  right: Operand,
): Operand {
  const equals = equality(left, right)
  if (equals === undefined) throw notComparable(compiler, place, sign, left, right)
  const run: Run = sign === '==' ? equals : (at) => equals(at) === false
  return compiler.fold(place, [left, right], { type: 'bool', run })
}

function equality(left: Operand, right: Operand): Run | undefined {
  if (right.type === 'null') return (at) => left.run(at) === null
  if (left.type === 'null') return (at) => right.run(at) === null
  if (isIntAndDouble(left, right)) {
    return (at) => {
      const [one, other] = [left.run(at), right.run(at)]
      return one === null ? other === null : isSameNumber(one, other)
    }
  }
  const type = commonType(left, right)
  if (type === undefined) return undefined
  const [one, other] = [asType(left, type), asType(right, type)]
  if (isIdentity(type)) return (at) => one.run(at) === other.run(at)
  return (at) => isEqualValue(one.run(at), other.run(at), at)
}

/** The types of which equal values are one and the same to JavaScript, in no time. */
function isIdentity(type: ExpressionType): boolean {
  return !isList(type) && type !== 'dyn' && type !== 'decimal' && type !== 'string' && type !== 'bytes'
}

/** `<` and the like: NULL has no order, and is a fault of the row. */
export function compileOrder(
  compiler: Compiler,
  place: Place,
  sign: OrderSign,
  left: Operand,
  right: Operand,
): Operand {
  const run = order(sign, left, right)
  if (run === undefined) throw notComparable(compiler, place, sign, left, right)
  return compiler.fold(place, [left, right], { type: 'bool', run })
}

function order(sign: OrderSign, left: Operand, right: Operand): Run | undefined {
  if (isIntAndDouble(left, right)) {
    const holds = numberOrders[sign]
    return (at) => holds(readNumeric(left, at), readNumeric(right, at))
  }
  const type = commonType(left, right)
  const holds = signs[sign]
  if (type === undefined || isList(type) || left.type === 'null' || right.type === 'null') return undefined
  const [one, other] = [asType(left, type), asType(right, type)]
  switch (type) {
    case 'int':
    case 'timestamp':
    case 'instant': {
      const compare = numberOrders[sign]
      return (at) => compare(readBigint(one, at), readBigint(other, at))
    }
    case 'double':
    case 'date':
    case 'time': {
      const compare = numberOrders[sign]
      return (at) => compare(readNumber(one, at), readNumber(other, at))
    }
    case 'decimal':
      return (at) => holds(compareDecimals(readDecimal(one, at), readDecimal(other, at), at))
    case 'string':
    case 'bytes':
      return (at) => holds(compareTexts(readText(one, at), readText(other, at), at))
    case 'bool':
      return (at) => holds(Number(readBool(one, at)) - Number(readBool(other, at)))
    case 'dyn':
      return (at) => {
        const [a, b] = [readPresent(one, at), readPresent(other, at)]
        const compared = compareValues(a, b, at)
        if (compared !== undefined) return holds(compared)
        throw rowFault(`${one.label} is ${kindName(a)} and ${other.label} ${kindName(b)}: they have no order`)
      }
    case 'null':
      return undefined
  }
}

const signs: { readonly [sign in OrderSign]: (compared: number) => boolean } = {
  '<': (compared) => compared < 0,
  '<=': (compared) => compared <= 0,
  '>': (compared) => compared > 0,
  '>=': (compared) => compared >= 0,
}

/** Of the numbers themselves, since a NaN is neither below nor above anything. Ints and doubles compare exactly. */
const numberOrders: { readonly [sign in OrderSign]: (a: bigint | number, b: bigint | number) => boolean } = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

function isIntAndDouble(left: Operand, right: Operand): boolean {
  return (left.type === 'int' && right.type === 'double') || (left.type === 'double' && right.type === 'int')
}

/** Exactly: a double that is a whole number is an int, whatever its size. */
function isSameNumber(one: ExpressionValue, other: ExpressionValue): boolean {
  if (typeof one === 'bigint') return typeof other === 'number' && Number.isInteger(other) && BigInt(other) === one
  return typeof other === 'bigint' && isSameNumber(other, one)
}

/** `in`: an element of a list, or a key of an object of JSON. Equal means what it does for `==`. */
export function compileMembership(compiler: Compiler, place: Place, item: Operand, whole: Operand): Operand {
  const run = whole.elements === undefined ? inValue(item, whole) : inWritten(item, whole.elements)
  if (run !== undefined) return compiler.fold(place, [item, whole], { type: 'bool', run })
  if (isList(whole.type)) throw notComparable(compiler, place, 'in', item, whole)
  const cure = whole.type === 'string' ? 'Write x.contains(y) for a part of a text.' : 'Write [a, b, c] for a list.'
  throw compiler.refusal(whole, `what stands behind in is a list, and this is ${aType(whole.type)}`, cure)
}

/** In a list that is written out. */
function inWritten(item: Operand, elements: readonly Operand[]): Run | undefined {
  const isHashed = isIdentity(item.type) || item.type === 'string' || item.type === 'bytes'
  if (isHashed && elements.every((one) => one.isConstant && one.type === item.type)) {
    const nowhere = new Evaluation([], () => null)
    const known = new Set(elements.map((one) => one.run(nowhere)))
    return (at) => {
      const value = item.run(at)
      if (typeof value === 'string') at.spend(value.length)
      return known.has(value)
    }
  }
  const tests: Run[] = []
  for (const element of elements) {
    const test = equality(item, element)
    if (test === undefined) return undefined
    tests.push(test)
  }
  return (at) => {
    at.spend(tests.length)
    return tests.some((test) => test(at) === true)
  }
}

function inValue(item: Operand, whole: Operand): Run | undefined {
  if (whole.type === 'dyn') return inJson(item, whole)
  if (!isList(whole.type)) return undefined
  const element = { ...whole, type: whole.type.list }
  const type = element.type === 'null' ? item.type : commonType(item, element)
  if (type === undefined) return undefined
  const sought = asType(item, type)
  return (at) => {
    const values = readList(whole, at)
    at.spend(values.length)
    const value = sought.run(at)
    return values.some((one) => isEqualValue(value, one, at))
  }
}

function inJson(item: Operand, whole: Operand): Run | undefined {
  const sought = item.digits === undefined ? item : asDecimal(item)
  if (!isJsonType(sought.type)) return undefined
  return (at) => {
    const value = sought.run(at)
    const values = readPresent(whole, at)
    if (isMapValue(values)) return typeof value === 'string' && values.has(value)
    if (!isListValue(values)) throw rowFault(`${whole.label} is ${kindName(values)}, not a list`)
    at.spend(values.length)
    return values.some((one) => isEqualValue(value, one, at))
  }
}

function notComparable(compiler: Compiler, place: Place, sign: string, left: Operand, right: Operand): Error {
  const reason = `there is no ${sign} between ${typeName(left.type)} and ${typeName(right.type)}`
  return compiler.refusal(place, reason, cureOf([left.type, right.type], sign))
}

function cureOf(types: readonly ExpressionType[], sign: string): string {
  const calendar = types.find(
    (type) => type === 'date' || type === 'time' || type === 'timestamp' || type === 'instant',
  )
  if (calendar !== undefined && types.includes('string')) return `Write ${examples[calendar]} for a constant.`
  if (types.includes('date') && types.includes('timestamp')) return 'Write date(x) of the timestamp.'
  if (types.includes('null') && sign !== '==') return 'Write x == null or x != null.'
  if (types.includes('decimal') && types.includes('double')) return 'Write decimal(x) or double(x): neither is silent.'
  if (types.includes('string')) return 'Write string(x) of the other one, or int(x), decimal(x), bool(x) of the text.'
  if (types.includes('int') && types.includes('bool')) return 'Write bool(x) of the int.'
  return 'Make them one type first.'
}

const examples = {
  date: 'date("2024-01-31")',
  time: 'time("09:30:00")',
  timestamp: 'timestamp("2024-01-31 09:30:00")',
  instant: 'instant("2024-01-31 09:30:00Z")',
} as const
