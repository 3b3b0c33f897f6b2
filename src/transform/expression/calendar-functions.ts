import {
  civilOf,
  dateOfMoment,
  dateValue,
  momentOfDate,
  parseInstant,
  parseTimestamp,
  timeValue,
} from './calendar-value.ts'
import type { CivilDate } from '../../canonical/calendar.ts'
import type { ExpressionValue, ScalarType } from './expression-type.ts'
import { type FunctionSpec, isOf } from './function-spec.ts'
import { type Operand, readBigint, readNumber, readText, type Run } from './operand.ts'
import { rowFault } from './row-fault.ts'

export const calendarFunctions: readonly FunctionSpec[] = [
  partOfDay('year'),
  partOfDay('month'),
  partOfDay('day'),
  {
    name: 'date',
    usage: 'date("2024-01-31"), date(timestamp) or date(instant), which is its day in UTC',
    argumentCount: [1, 1],
    bind([value]) {
      const days = value && daysOf(value)
      if (days !== undefined) return { type: 'date', run: days }
      return isOf(value, 'string') ? { type: 'date', run: parsed(value, 'date', dateValue) } : undefined
    },
  },
  {
    name: 'timestamp',
    usage: 'timestamp("2024-01-31 09:30:00") or timestamp(date)',
    argumentCount: [1, 1],
    bind([value]) {
      if (value?.type === 'timestamp') return { type: 'timestamp', mayBeNull: value.mayBeNull, run: value.run }
      if (value?.type === 'date') return { type: 'timestamp', run: (at) => momentOfDate(readNumber(value, at)) }
      return isOf(value, 'string') ? { type: 'timestamp', run: parsed(value, 'timestamp', parseTimestamp) } : undefined
    },
  },
  {
    name: 'instant',
    usage: 'instant("2024-01-31 09:30:00Z") or instant("2024-01-31 09:30:00+02:00")',
    argumentCount: [1, 1],
    bind([value]) {
      if (value?.type === 'instant') return { type: 'instant', mayBeNull: value.mayBeNull, run: value.run }
      return isOf(value, 'string') ? { type: 'instant', run: parsed(value, 'instant', parseInstant) } : undefined
    },
  },
  {
    name: 'time',
    usage: 'time("09:30:00")',
    argumentCount: [1, 1],
    bind([value]) {
      if (value?.type === 'time') return { type: 'time', mayBeNull: value.mayBeNull, run: value.run }
      return isOf(value, 'string') ? { type: 'time', run: parsed(value, 'time', timeValue) } : undefined
    },
  },
]

function partOfDay(part: keyof CivilDate): FunctionSpec {
  return {
    name: part,
    usage: `${part}(date), ${part}(timestamp) or ${part}(instant), which is that of UTC`,
    argumentCount: [1, 1],
    bind([value]) {
      const days = value && daysOf(value)
      if (value === undefined || days === undefined) return undefined
      return {
        type: 'int',
        run(at) {
          const civil = civilOf(Number(days(at)))
          if (civil === undefined) throw rowFault(`${value.label} is an infinity, which has no ${part}`)
          return BigInt(civil[part])
        },
      }
    },
  }
}

/** The day of a date, timestamp or instant; undefined of anything else. */
function daysOf(value: Operand): ((at: Parameters<Run>[0]) => number) | undefined {
  if (value.type === 'date') return (at) => readNumber(value, at)
  if (value.type !== 'timestamp' && value.type !== 'instant') return undefined
  return (at) => dateOfMoment(readBigint(value, at))
}

function parsed(value: Operand, type: ScalarType, parse: (text: string) => ExpressionValue | undefined): Run {
  return (at) => {
    const text = at.made(readText(value, at))
    const found = parse(text)
    if (found === undefined) throw rowFault(`${value.label} is no ${type}`)
    return found
  }
}
