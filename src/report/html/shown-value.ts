import type { EncodedValue, ShownValue as ToldValue } from '../../model/loss.ts'
import { codePointText, isUnseen, signOf } from './code-points.ts'
import { differing, type Stretch, windowOf } from './differing.ts'

/**
 * A piece of a value, and how it is shown: as it is, marked as differing, as a sign for what is not seen (marked or not),
 * or as a note of how much was left out.
 */
export type Run = readonly [kind: 'same' | 'differs' | 'sign' | 'differing-sign' | 'left-out', text: string]

export interface ShownValue {
  /** `masked`: a hash stands in the place of the value. */
  readonly kind: 'text' | 'bytes' | 'null' | 'masked'
  readonly runs: readonly Run[]
  /** Characters that differ, once each, with their code points; empty where they can be told by looking. */
  readonly points: readonly (readonly [shown: string, codePoints: string])[]
  /** How many more differ. */
  readonly morePoints: number
}

/** Of a stretch: the rest is left out, with a note. */
const maxUnits = 200
const maxPoints = 6
const number = new Intl.NumberFormat('en-US')
/** What any font tells apart, in figures and times. */
const plain = /^[\d.:+-]*$/

/** Two values beside each other, of bounded size however large they are, with what differs between them marked. */
export function shownValues(
  source: ToldValue | undefined,
  target: ToldValue | undefined,
): { readonly source: ShownValue; readonly target: ShownValue } {
  // Of two hashes, which characters differ says nothing of the values.
  if (isMasked(source) || isMasked(target)) return { source: hidden(source ?? null), target: hidden(target ?? null) }
  const isBytes = isBase64(source) || isBase64(target)
  const [one, other] = [source ?? null, target ?? null]
  // A value beside NULL differs as a whole: there is nothing to mark.
  if (one === null || other === null) return { source: whole(one, isBytes), target: whole(other, isBytes) }
  const [left, right] = isBytes ? [hexOf(one), hexOf(other)] : [textOf(one), textOf(other)]
  const window = windowOf(left, right, isBytes ? 2 : 1)
  const stretches = differing(unitsOf(window.source.text, isBytes), unitsOf(window.target.text, isBytes))
  const wanted = !isBytes && ![stretches.source, stretches.target].every(isPlain)
  const show = (side: 'source' | 'target'): ShownValue => {
    const all = stretches[side]
    const { before, after } = window[side]
    const { points, morePoints } = wanted ? pointsOf(all) : { points: [], morePoints: 0 }
    const runs = [
      ...leftOut(before, isBytes),
      ...all.flatMap((stretch, place) => {
        // A blank at the very beginning or end is seen by nobody.
        const isEdge = {
          first: before === 0 && place === 0,
          last: after === 0 && place === all.length - 1,
        }
        return isBytes ? bytesRuns(stretch) : textRuns(stretch, isEdge)
      }),
      ...leftOut(after, isBytes),
    ]
    return { kind: isBytes ? 'bytes' : 'text', runs: joined(runs), points, morePoints }
  }
  return { source: show('source'), target: show('target') }
}

function isMasked(value: ToldValue | undefined): value is { readonly masked: string } {
  return value !== null && value !== undefined && 'masked' in value
}

function hidden(value: ToldValue): ShownValue {
  if (!isMasked(value)) return whole(value, isBase64(value))
  return { kind: 'masked', runs: [['same', value.masked]], points: [], morePoints: 0 }
}

function isBase64(value: EncodedValue | undefined): boolean {
  return value !== null && value !== undefined && 'base64' in value
}

function textOf(value: NonNullable<EncodedValue>): string {
  return 'text' in value ? value.text : Buffer.from(value.base64, 'base64').toString('latin1')
}

function hexOf(value: NonNullable<EncodedValue>): string {
  return ('text' in value ? Buffer.from(value.text) : Buffer.from(value.base64, 'base64')).toString('hex')
}

function whole(value: EncodedValue, isBytes: boolean): ShownValue {
  if (value === null) return { kind: 'null', runs: [['same', 'NULL']], points: [], morePoints: 0 }
  const text = isBytes ? hexOf(value) : textOf(value)
  const units = unitsOf(text.slice(0, maxUnits * 4), isBytes)
  const shown = units.slice(0, maxUnits)
  const length = shown.reduce((sum, unit) => sum + unit.length, 0)
  const stretch: Stretch = { differs: false, units: shown }
  const isEdge = { first: true, last: length === text.length }
  const runs = [
    ...(isBytes ? bytesRuns(stretch) : textRuns(stretch, isEdge)),
    ...leftOut((text.length - length) / (isBytes ? 2 : 1), isBytes),
  ]
  return { kind: isBytes ? 'bytes' : 'text', runs: joined(runs), points: [], morePoints: 0 }
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** What a reader takes for one character; of bytes, one byte. */
function unitsOf(text: string, isBytes: boolean): string[] {
  if (isBytes) return text.match(/../g) ?? []
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}

function isPlain(stretches: readonly Stretch[]): boolean {
  return stretches.every(({ differs, units }) => !differs || plain.test(units.join('')))
}

function leftOut(units: number, isBytes: boolean): Run[] {
  if (units === 0) return []
  const what = isBytes ? 'byte' : 'character'
  return [['left-out', `… ${number.format(units)} ${what}${units === 1 ? '' : 's'} …`]]
}

function bytesRuns({ differs, units }: Stretch): Run[] {
  const text = `${units.slice(0, maxUnits).join(' ')} `
  return [[differs ? 'differs' : 'same', text], ...leftOut(Math.max(0, units.length - maxUnits), true)]
}

function textRuns({ differs, units }: Stretch, isEdge: { readonly first: boolean; readonly last: boolean }): Run[] {
  const shown = units.slice(0, maxUnits)
  const runs = shown.flatMap((unit, place): Run[] => {
    const isAtEdge = (isEdge.first && place === 0) || (isEdge.last && place === units.length - 1)
    const isRepeated = shown[place - 1] === ' ' || shown[place + 1] === ' '
    const kind = differs ? 'differs' : 'same'
    // A blank between words is one; where it is all that differs, or more than one, it is to be seen.
    const isBetween = !differs || (place > 0 && place < units.length - 1)
    if (unit === ' ' && isBetween && !isAtEdge && !isRepeated) return [[kind, unit]]
    if (/^\p{RGI_Emoji}$/v.test(unit)) return [[kind, unit]]
    return Array.from(unit).map((character, within): Run => {
      if (isUnseen(character)) return [differs ? 'differing-sign' : 'sign', signOf(character)]
      // An accent with nothing to stand on gets a circle.
      const isBare = within === 0 && /^\p{M}$/u.test(character)
      return [kind, isBare ? `◌${character}` : character]
    })
  })
  const rest = units.slice(maxUnits).reduce((sum, unit) => sum + unit.length, 0)
  return [...runs, ...leftOut(rest, false)]
}

function pointsOf(stretches: readonly Stretch[]): Pick<ShownValue, 'points' | 'morePoints'> {
  const distinct = [...new Set(stretches.flatMap(({ differs, units }) => (differs ? units : [])))]
  const points = distinct.slice(0, maxPoints).map((unit): [string, string] => {
    const characters = Array.from(unit).slice(0, maxPoints)
    const signs = characters.map((character) => (isUnseen(character) ? signOf(character) : character))
    // A sign that is a number is said by the number.
    const shown = signs.filter((one) => !/^U\+./.test(one)).join('')
    return [/^\p{M}/u.test(shown) ? `◌${shown}` : shown, characters.map(codePointText).join(' ')]
  })
  return { points, morePoints: distinct.length - points.length }
}

/** Neighbours of one kind are one, but for signs that are numbers, and notes. */
function joined(runs: readonly Run[]): Run[] {
  const result: Run[] = []
  for (const [kind, text] of runs) {
    const last = result.at(-1)
    const stands =
      kind === 'left-out' || (kind.endsWith('sign') && [last?.[1], text].some((one) => one?.startsWith('U+')))
    if (last?.[0] === kind && !stands) result[result.length - 1] = [kind, last[1] + text]
    else result.push([kind, text])
  }
  return result
}
