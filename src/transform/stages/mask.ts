import { z } from 'zod'
import { typeText } from '../../canonical/type-text.ts'
import { hasRoomFor } from '../convert.ts'
import { type Shape, type ShapeColumn, withChanged } from '../shape.ts'
import { columnOf, StageFault, stageKind } from '../stage-kind.ts'
import { keyReference } from '../stage-keys.ts'
import type { StageRows } from '../stage-rows.ts'
import { fakeInts } from '../text/fake-ints.ts'
import { type FakeMask, fakeMask } from '../text/fake-mask.ts'
import { partialMask, redactMask } from '../text/mask-text.ts'

const kept = z.int().min(0).optional()

const schema = z
  .strictObject({
    columns: z.array(z.string()).min(1, 'it is empty').describe('Names of columns.'),
    with: z
      .union([
        z.enum(['redact', 'fake']),
        z
          .strictObject({
            redact: z.string().optional().describe('What stands in the place of each value.'),
            partial: z
              .strictObject({
                keepStart: kept.describe('Characters at the beginning that stay; none, if it says nothing.'),
                keepEnd: kept.describe('Characters at the end that stay; none, if it says nothing.'),
              })
              .optional()
              .describe('A * for each character but some at the ends.'),
          })
          .refine(({ redact, partial }) => (redact === undefined) !== (partial === undefined), {
            message: 'it has one of redact and partial',
          }),
      ])
      .describe('redact: ***; fake: a value that looks alike, the same for the same value in every table.'),
    key: keyReference.optional(),
    domain: z
      .string()
      .min(1, 'it is empty')
      .optional()
      .describe(
        'Of fake: columns of one domain have the same mask for the same value; one for all, if it says nothing.',
      ),
  })
  .refine(({ with: way, key }) => way !== 'fake' || key !== undefined, {
    message: 'fake has no key: write key: ${env:MASK_KEY}',
    path: ['with'],
  })
  .refine(({ with: way, key, domain }) => way === 'fake' || (key === undefined && domain === undefined), {
    message: 'key and domain are of with: fake alone',
    path: ['with'],
  })

type Options = z.output<typeof schema>

/** What redact shows where nobody says otherwise. */
const redacted = '***'

/** Hides values: the column keeps its type and its length, NULL stays NULL. */
export const mask = stageKind({
  name: 'mask',
  memory: 'stateless',
  schema,
  keyOf: ({ key }) => key,
  bind(options, shape, scope) {
    const fake = options.key === undefined ? undefined : fakeMask(scope.key(options.key), options.domain)
    let after: Shape = shape
    const masks = options.columns.map((name, place) => {
      const from = columnOf(after, name, ['columns', place])
      const make = fake === undefined ? eachBy(textMask(options, from, place)) : fakeOf(fake, from, place)
      const { shape: next, column } = withChanged(after, from, {}, 'mask')
      after = next
      return { column, make }
    })
    const reads = masks.map(({ column }) => column)
    return {
      shape: after,
      reads,
      hides: reads,
      run: (rows: StageRows): void => {
        for (const { column, make } of masks) maskRows(rows, column, make)
      },
    }
  },
})

/** All of them at once: that is far less than one by one. */
function maskRows(rows: StageRows, column: ShapeColumn, make: FakeMask): void {
  const places: number[] = []
  const texts: string[] = []
  rows.each((row) => {
    const text = rows.text(row, column)
    if (text === null) return
    places.push(row)
    texts.push(text)
  })
  for (const [at, masked] of make(texts).entries()) rows.put(places[at]!, column, masked)
}

function eachBy(make: (text: string) => string): FakeMask {
  return (texts) => texts.map(make)
}

/** @throws StageFault where the column holds no text, or has no room for the mask */
function textMask({ with: way }: Options, { name, type }: ShapeColumn, place: number): (text: string) => string {
  if (type.kind !== 'text') throw unmaskable({ name, type }, place, 'text')
  if (typeof way === 'object' && way.partial !== undefined) {
    return partialMask(way.partial.keepStart ?? 0, way.partial.keepEnd ?? 0)
  }
  const shown = typeof way === 'object' ? (way.redact ?? redacted) : redacted
  if (hasRoomFor(type, shown)) return redactMask(shown)
  const reason = `${name} is ${typeText(type)}, which has no room for ${JSON.stringify(shown)}`
  throw new StageFault(['columns', place], reason, 'Write a shorter one, as in with: {redact: "*"}.')
}

/** @throws StageFault where values of the column's type have none that look alike */
function fakeOf(fake: FakeMask, { name, type }: ShapeColumn, place: number): FakeMask {
  if (type.kind === 'text') return fake
  if (type.kind === 'int') return fakeInts(fake, type)
  throw unmaskable({ name, type }, place, 'text and whole numbers')
}

function unmaskable({ name, type }: Pick<ShapeColumn, 'name' | 'type'>, place: number, wanted: string): StageFault {
  const reason = `${name} is ${typeText(type)}, and this mask is of ${wanted}`
  const cure = 'Cast it to text first, take hash, or put a fixed value in its place with set.'
  return new StageFault(['columns', place], reason, cure)
}
