import { RE2JS, RE2JSException } from 're2js'
import type { Compiler } from './compiler.ts'
import { Evaluation } from './evaluation.ts'
import { type FunctionSpec, isListOperand, isOf, ofTexts } from './function-spec.ts'
import { workPerElement } from './lists.ts'
import {
  isListValue,
  isMapValue,
  kindName,
  type Operand,
  readBigint,
  readList,
  readPresent,
  readText,
  type Run,
} from './operand.ts'
import { rowFault } from './row-fault.ts'

const maxPatternLength = 1_000

export const textFunctions: readonly FunctionSpec[] = [
  ofTexts('lower', 'lower(text)', 'string', (at, text = '') => at.made(text.toLowerCase())),
  ofTexts('upper', 'upper(text)', 'string', (at, text = '') => at.made(text.toUpperCase())),
  ofTexts('trim', 'trim(text)', 'string', (at, text = '') => at.made(text).trim()),
  ofTexts('startsWith', 'startsWith(text, part)', 'bool', (at, text = '', part = '') => {
    at.spend(part.length)
    return text.startsWith(part)
  }),
  ofTexts('endsWith', 'endsWith(text, part)', 'bool', (at, text = '', part = '') => {
    at.spend(part.length)
    return text.endsWith(part)
  }),
  ofTexts('contains', 'contains(text, part)', 'bool', (at, text = '', part = '') => {
    at.spend(text.length)
    return text.includes(part)
  }),
  ofTexts('replace', 'replace(text, part, other)', 'string', replaced),
  {
    name: 'size',
    usage: 'size(text), size(list) or size(bytes)',
    argumentCount: [1, 1],
    bind([whole]) {
      if (isOf(whole, 'bytes') && whole.type !== 'dyn') {
        return { type: 'int', run: (at) => BigInt(readText(whole, at).length / 2) }
      }
      return isOf(whole, 'string') || isListOperand(whole) ? { type: 'int', run: sizeOf(whole) } : undefined
    },
  },
  {
    name: 'substring',
    usage: 'substring(text, start) or substring(text, start, end)',
    argumentCount: [2, 3],
    bind([text, start, end]) {
      if (!isOf(text, 'string') || !isOf(start, 'int')) return undefined
      if (end !== undefined && !isOf(end, 'int')) return undefined
      return {
        type: 'string',
        run: (at) => part(at, readText(text, at), readBigint(start, at), end && readBigint(end, at)),
      }
    },
  },
  {
    name: 'split',
    usage: 'split(text, separator)',
    argumentCount: [2, 2],
    bind([text, separator]) {
      if (!isOf(text, 'string') || !isOf(separator, 'string')) return undefined
      return { type: { list: 'string' }, run: (at) => parts(at, readText(text, at), readText(separator, at)) }
    },
  },
  {
    name: 'join',
    usage: 'join(list of texts) or join(list of texts, separator)',
    argumentCount: [1, 2],
    bind([list, separator]) {
      if (!isListOperand(list) || (separator !== undefined && !isOf(separator, 'string'))) return undefined
      const of = typeof list.type === 'object' ? list.type.list : 'dyn'
      if (of !== 'string' && of !== 'dyn' && of !== 'null') return undefined
      return { type: 'string', run: (at) => joined(at, list, separator === undefined ? '' : readText(separator, at)) }
    },
  },
  {
    name: 'matches',
    usage: 'matches(text, "pattern")',
    argumentCount: [2, 2],
    bind([text, pattern], compiler) {
      if (!isOf(text, 'string') || !isOf(pattern, 'string')) return undefined
      const expression = compiledPattern(compiler, pattern)
      // What a character may cost, where the matcher has to follow every instruction of the pattern at once.
      const workPerCharacter = 1 + Math.ceil(expression.programSize() / 8)
      return {
        type: 'bool',
        run(at) {
          const value = readText(text, at)
          at.spend(value.length * workPerCharacter)
          return expression.test(value)
        },
      }
    },
  },
]

/** Linear in the text whatever the pattern: RE2's algorithm, without the backtracking of the engine's own. */
function compiledPattern(compiler: Compiler, pattern: Operand): RE2JS {
  const source = pattern.isConstant ? pattern.run(new Evaluation([], () => null)) : undefined
  if (typeof source !== 'string') {
    throw compiler.refusal(
      pattern,
      'a pattern is the same for every row',
      'Write it out, as in matches(x, "^[0-9]+$").',
    )
  }
  if (source.length > maxPatternLength) {
    throw compiler.refusal(pattern, `a pattern has at most ${maxPatternLength} characters`, 'Split it over several.')
  }
  try {
    return RE2JS.compile(source)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw compiler.refusal(
      pattern,
      `it is no pattern of RE2: ${error.message}`,
      'Backreferences and looking around are not in RE2: see docs/expressions.md.',
    )
  }
}

function replaced(at: Evaluation, text = '', part = '', other = ''): string {
  if (part === '') throw rowFault('replace() has nothing to look for: its second argument is empty')
  at.spend(text.length)
  let count = 0
  for (let found = text.indexOf(part); found >= 0; found = text.indexOf(part, found + part.length)) count++
  if (count === 0) return text
  at.spend(text.length + count * other.length)
  return text.replaceAll(part, () => other)
}

function sizeOf(whole: Operand): Run {
  return (at) => {
    const value = readPresent(whole, at)
    if (typeof value === 'string') return BigInt(characterCount(at.made(value)))
    if (isListValue(value)) return BigInt(value.length)
    if (isMapValue(value)) return BigInt(value.size)
    throw rowFault(`${whole.label} is ${kindName(value)}, which has no size`)
  }
}

/** Characters are code points: an emoji of one is one. */
function characterCount(text: string): number {
  let count = text.length
  for (let place = 0; place < text.length; place++) if (isLowHalf(text, place)) count--
  return count
}

/** From one character to before another, cut to what is there. */
function part(at: Evaluation, text: string, start: bigint, end: bigint | undefined): string {
  if (start < 0n || (end !== undefined && end < start))
    throw rowFault('substring() starts before the text, or behind its end')
  at.spend(text.length)
  const from = placeOfCharacter(text, start, 0)
  return text.slice(from, end === undefined ? undefined : placeOfCharacter(text, end - start, from))
}

/** Where a text's character stands that is so many behind `from`; its end where it has not so many. */
function placeOfCharacter(text: string, count: bigint, from: number): number {
  if (count >= BigInt(text.length)) return text.length
  let place = from
  for (let left = Number(count); left > 0 && place < text.length; left--) place += isLowHalf(text, place + 1) ? 2 : 1
  return place
}

/** Texts are well-formed: a second half has its first one before it. */
function isLowHalf(text: string, place: number): boolean {
  const unit = text.charCodeAt(place)
  return unit >= 0xdc00 && unit <= 0xdfff
}

function parts(at: Evaluation, text: string, separator: string): readonly string[] {
  at.spend(text.length)
  if (separator === '') {
    at.spend(text.length * workPerElement)
    return Array.from(text)
  }
  let count = 1
  for (let found = text.indexOf(separator); found >= 0; found = text.indexOf(separator, found + separator.length))
    count++
  at.spend(count * workPerElement)
  return text.split(separator)
}

function joined(at: Evaluation, list: Operand, separator: string): string {
  const texts: string[] = []
  let length = 0
  for (const item of readList(list, at)) {
    if (typeof item !== 'string') throw rowFault(`${list.label} holds ${kindName(item)}, which join() does not take`)
    length += item.length + separator.length
    texts.push(item)
  }
  at.spend(length + texts.length)
  return texts.join(separator)
}
