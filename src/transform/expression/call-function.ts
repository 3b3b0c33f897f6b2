import { nearest } from '../../errors/nearest.ts'
import { calendarFunctions } from './calendar-functions.ts'
import type { Compiler, Place } from './compiler.ts'
import { conversionFunctions } from './conversion-functions.ts'
import { typeName } from './expression-type.ts'
import type { FunctionSpec } from './function-spec.ts'
import { numberFunctions } from './number-functions.ts'
import type { Operand } from './operand.ts'
import { textFunctions } from './text-functions.ts'

const functions: ReadonlyMap<string, FunctionSpec> = new Map(
  [...textFunctions, ...numberFunctions, ...calendarFunctions, ...conversionFunctions].map((spec) => [spec.name, spec]),
)

/** `f(x, y)`, which is also written `x.f(y)`. */
export function compileFunction(compiler: Compiler, place: Place, name: string, args: readonly Operand[]): Operand {
  const spec = functions.get(name)
  if (spec === undefined) throw compiler.refusal(place, `there is no function ${name}`, meant(name))
  const [least, most] = spec.argumentCount
  const isCounted = args.length >= least && args.length <= most
  const bound = isCounted ? spec.bind(args, compiler) : undefined
  if (bound !== undefined) return compiler.fold(place, args, bound)
  const given = args.map((arg) => typeName(arg.type)).join(', ')
  throw compiler.refusal(place, `${name}() does not take (${given})`, `Write ${spec.usage}.`)
}

function meant(name: string): string {
  if (name === 'now' || name === 'today') {
    return 'A run that is stopped and goes on would give other values: write the time, as in timestamp("2024-01-31 00:00:00").'
  }
  const near = nearest(name, [...functions.keys(), 'all', 'exists', 'exists_one', 'filter', 'map', 'has'])
  return near === undefined ? `Functions are ${[...functions.keys()].join(', ')}.` : `Did you mean ${near}?`
}
