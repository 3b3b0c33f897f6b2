import type { RuleSet } from './rule-set.ts'
import { charsetNamed, type ColumnWish } from './document.ts'
import { conditionsHold, type MappedColumn, patternFits } from './match.ts'
import type { AssumedClock, Override } from './overrides.ts'

export interface TypeWish {
  readonly text: string
  readonly rule: string
  readonly why: string
  /** The pipeline says it of this very column. */
  readonly isOwn: boolean
  /** For people: where it stands. */
  readonly place: string
}

/** What is wanted of a column, thing by thing: the first that says something of it decides. */
export interface WantedColumn {
  readonly type?: TypeWish | undefined
  readonly clock?: AssumedClock | undefined
  /** As decoders call it. */
  readonly charset?: string | undefined
}

/** @param own What the pipeline says of this very column, which goes before all else */
export function wantedOf({ overrides }: RuleSet, column: MappedColumn, own: ColumnWish): WantedColumn {
  const mine: Override = { id: 'pipeline', match: {}, wish: own, why: 'the pipeline says so', place: 'the pipeline' }
  const fitting = [mine, ...overrides].filter(({ match, when }) => {
    return patternFits(match, column) && conditionsHold(when, column)
  })
  const typed = fitting.find(({ wish }) => wish.type !== undefined)
  const { assume: zone, gap = 'reject', overlap = 'reject' } = typed?.wish ?? {}
  const decode = fitting.find(({ wish }) => wish.decode !== undefined)?.wish.decode
  return {
    type: typed && {
      text: typed.wish.type ?? '',
      rule: typed.id,
      why: typed.why,
      isOwn: typed === mine,
      place: typed.place,
    },
    clock: zone === undefined ? undefined : { zone, gap, overlap },
    charset: decode === undefined ? undefined : charsetNamed(decode),
  }
}
