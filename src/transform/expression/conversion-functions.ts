import { asType, commonType } from './common-type.ts'
import { ExactDecimal } from './exact-decimal.ts'
import type { ExpressionValue, ScalarType } from './expression-type.ts'
import { type FunctionSpec, isOf } from './function-spec.ts'
import { checkedInt, parseInt64 } from './int-range.ts'
import { asDecimal, kindName, type Operand, readPresent, readText } from './operand.ts'
import { rowFault } from './row-fault.ts'
import { scalarText } from './value-text.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const conversionFunctions: readonly FunctionSpec[] = [
  {
    name: 'coalesce',
    usage: 'coalesce(x, y)',
    argumentCount: [1, 32],
    bind(args) {
      const [first, ...others] = args
      if (first === undefined) return undefined
      let shape = first
      for (const other of others) {
        const type = commonType(shape, other)
        if (type === undefined) return undefined
        shape = { ...asType(shape, type), type }
      }
      const typed = args.map((arg) => asType(arg, shape.type))
      return {
        type: shape.type,
        mayBeNull: args.every((arg) => arg.mayBeNull),
        mayHoldNull: args.some((arg) => arg.mayHoldNull),
        run(at) {
          for (const arg of typed) {
            const value = arg.run(at)
            if (value !== null) return value
          }
          return null
        },
      }
    },
  },
  conversion('int', ['int', 'bool', 'double', 'decimal', 'string'], (value, label) => {
    if (typeof value === 'bigint') return value
    if (typeof value === 'boolean') return value ? 1n : 0n
    if (value instanceof ExactDecimal) return checkedInt(value.truncated())
    if (typeof value === 'number') {
      if (Number.isFinite(value)) return checkedInt(BigInt(Math.trunc(value)))
      throw rowFault(`${label} is not finite`)
    }
    return typeof value === 'string' ? parseInt64(value) : undefined
  }),
  conversion('double', ['double', 'int', 'decimal', 'string'], (value) => {
    if (typeof value === 'number') return value
    if (typeof value === 'bigint') return Number(value)
    if (value instanceof ExactDecimal) return Number(value.text)
    return typeof value === 'string' ? parseDouble(value) : undefined
  }),
  conversion('decimal', ['decimal', 'int', 'double', 'string'], (value) => {
    if (value instanceof ExactDecimal) return value
    if (typeof value === 'bigint') return ExactDecimal.ofInt(value)
    if (typeof value === 'number') return ExactDecimal.parse(String(value))
    return typeof value === 'string' ? ExactDecimal.parse(value) : undefined
  }),
  conversion('bool', ['bool', 'int', 'string'], (value) => {
    if (typeof value === 'boolean') return value
    if (value === 1n || value === 'true' || value === '1') return true
    return value === 0n || value === 'false' || value === '0' ? false : undefined
  }),
  {
    name: 'string',
    usage: 'string(x)',
    argumentCount: [1, 1],
    bind([operand]) {
      if (operand === undefined || operand.type === 'null' || typeof operand.type === 'object') return undefined
      const { type } = operand
      if (type === 'bytes')
        return { type: 'string', run: (at) => at.made(decoded(readText(operand, at), operand.label)) }
      return {
        type: 'string',
        run(at) {
          const value = readPresent(operand, at)
          const text = scalarText(type, value)
          if (text === undefined) throw rowFault(`${operand.label} is ${kindName(value)}, not a single value`)
          return at.made(text)
        },
      }
    },
  },
  {
    name: 'bytes',
    usage: 'bytes(text), which are those of UTF-8',
    argumentCount: [1, 1],
    bind([text]) {
      if (text?.type === 'bytes') return { type: 'bytes', mayBeNull: text.mayBeNull, run: text.run }
      if (!isOf(text, 'string')) return undefined
      return { type: 'bytes', run: (at) => at.made(Buffer.from(readText(text, at), 'utf8').toString('hex')) }
    },
  },
  {
    name: 'hex',
    usage: 'hex(bytes)',
    argumentCount: [1, 1],
    bind([bytes]) {
      return bytes?.type === 'bytes' ? { type: 'string', run: (at) => readText(bytes, at) } : undefined
    },
  },
]

/** A function of one value into a type; `convert` gives undefined where there is no such value. */
function conversion(
  name: 'int' | 'double' | 'decimal' | 'bool',
  from: readonly ScalarType[],
  convert: (value: ExpressionValue, label: string) => ExpressionValue | undefined,
): FunctionSpec {
  return {
    name,
    usage: `${name}(x) of ${from.join(', ')}`,
    argumentCount: [1, 1],
    bind([given]) {
      if (!isOf(given, ...from)) return undefined
      const operand: Operand = name === 'decimal' && given.digits !== undefined ? asDecimal(given) : given
      return {
        type: name,
        run(at) {
          const value = readPresent(operand, at)
          if (typeof value === 'string') at.spend(value.length)
          const converted = convert(value, operand.label)
          if (converted !== undefined) return converted
          throw rowFault(`${operand.label} is no ${name}`)
        },
      }
    },
  }
}

function parseDouble(text: string): number | undefined {
  if (/^-?Infinity$|^NaN$/.test(text)) return Number(text)
  if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

function decoded(hex: string, label: string): string {
  try {
    return utf8.decode(Buffer.from(hex, 'hex'))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw rowFault(`${label} is no UTF-8`)
  }
}
