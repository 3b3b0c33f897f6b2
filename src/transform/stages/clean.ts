import { z } from 'zod'
import { type Shape, type ShapeColumn, withChanged } from '../shape.ts'
import { assertText, columnOf, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { dateParser } from '../text/date-parser.ts'
import { parseEmail } from '../text/parse-email.ts'
import { assertNumberFormat, parseNumber } from '../text/parse-number.ts'
import { loadPhoneParser } from '../text/phone-parser.ts'
import { textCleaner } from '../text/text-cleaner.ts'
import { asFault } from '../as-fault.ts'
import { loaded, loadOnce } from '../load-once.ts'

const numberFormat = z.strictObject({
  decimal: z.string().describe('The one character before the fraction, such as ",".'),
  group: z.string().optional().describe('The one character between groups of digits, such as ".".'),
  grouping: z.enum(['thousands', 'lakh']).optional().describe('lakh: 12,34,567. thousands, if it says nothing.'),
  trailingMinus: z.boolean().optional().describe('true: the sign may stand behind, as in 12,50-.'),
  parentheses: z.boolean().optional().describe('true: (12,50) is below zero.'),
  currencies: z.array(z.string()).optional().describe('Signs or codes, one of which may stand before or behind.'),
  percent: z
    .enum(['number', 'fraction'])
    .optional()
    .describe('What 12,5 % is: 12.5 or 0.125. Without it none is taken.'),
})

const dateFormat = z.strictObject({
  pattern: z.string().describe('Such as DD.MM.YYYY or D MMM YYYY, HH:mm.'),
  pivotYear: z.int().optional().describe('The first of the hundred years that YY stands for.'),
  monthNames: z.array(z.string()).optional().describe('January to December, in another language than English.'),
})

const schema = z
  .strictObject({
    columns: z.array(z.string()).min(1, 'it is empty').describe('Names of columns of text.'),
    entities: z.boolean().optional().describe('true: &amp; becomes &, and so on, once.'),
    controls: z
      .enum(['all', 'keep-lines'])
      .optional()
      .describe('Control characters are removed: all, or all but tabs and ends of lines.'),
    normalise: z.enum(['NFC', 'NFKC']).optional().describe('Unicode normalisation.'),
    case: z.enum(['lower', 'upper', 'title']).optional(),
    collapse: z.boolean().optional().describe('true: each run of white space becomes one space.'),
    trim: z.boolean().optional().describe('true: white space at both ends goes.'),
    emptyToNull: z.boolean().optional().describe('true: an empty text becomes NULL, once all else is done.'),
    email: z
      .union([
        z.literal(true),
        z.strictObject({ lowerLocal: z.boolean().optional(), domain: z.enum(['ascii', 'unicode']).optional() }),
      ])
      .optional()
      .describe('An address in one spelling; what is none is refused.'),
    phone: z
      .strictObject({ country: z.string().optional().describe('Two letters, of numbers without +, such as DE.') })
      .optional()
      .describe('A telephone number as E.164, +493012345678; what is none is refused.'),
    number: numberFormat.optional().describe('A number in a stated format as 1234.50; what is none is refused.'),
    date: dateFormat.optional().describe('A date in a stated format as 2024-01-31; what is none is refused.'),
    otherwise: z
      .enum(['reject', 'null', 'keep'])
      .optional()
      .describe('What becomes of a text that email, phone, number or date refuse; reject, if it says nothing.'),
  })
  .refine(({ email, phone, number, date }) => [email, phone, number, date].filter(Boolean).length <= 1, {
    message: 'of email, phone, number and date it has more than one',
  })
  .refine(({ columns: _, otherwise: __, ...operations }) => Object.keys(operations).length > 0, {
    message: 'it says nothing that is to be done',
  })

type Options = z.output<typeof schema>

/** Cleans texts: what they hold stays, in one spelling. What is to be a number, a date, an address and is none is refused. */
export const clean = stageKind({
  name: 'clean',
  memory: 'stateless',
  schema,
  load: async ({ phone }) => {
    if (phone !== undefined) await loadOnce(phoneKey(phone), ['phone', 'country'], () => loadPhoneParser(phone.country))
  },
  bind(options, shape) {
    const { columns: names, emptyToNull = false, otherwise = 'reject' } = options
    const cleaner = textCleaner(options)
    const parse = parserOf(options)
    const nullable = emptyToNull || (parse !== undefined && otherwise === 'null')
    let after: Shape = shape
    const columns = names.map((name, place) => {
      const from = columnOf(after, name, ['columns', place])
      assertText(from, ['columns', place])
      const { shape: next, column } = withChanged(after, from, { nullable: from.nullable || nullable }, 'clean')
      after = next
      return column
    })
    const one = (rows: StageRows, row: number, column: ShapeColumn): void => {
      const text = rows.text(row, column)
      if (text === null) return
      const cleaned = cleaner(text)
      const isEmpty = cleaned === '' && emptyToNull
      const parsed = isEmpty || parse === undefined ? cleaned : parse(cleaned)
      if (isEmpty || (parsed === undefined && otherwise === 'null')) rows.put(row, column, null)
      else if (parsed === undefined && otherwise === 'reject') {
        rows.refuse(row, column, text, `no ${kindOf(options)}`)
      } else if ((parsed ?? cleaned) !== text) rows.put(row, column, parsed ?? cleaned)
    }
    return {
      shape: after,
      reads: columns,
      run: (rows: StageRows): void => {
        for (const column of columns) rows.each((row) => one(rows, row, column))
      },
    }
  },
})

function kindOf({ email, phone, number }: Options): string {
  if (email !== undefined) return 'email address'
  if (phone !== undefined) return 'telephone number'
  return number === undefined ? 'date of the pattern' : 'number of the format'
}

function phoneKey({ country }: NonNullable<Options['phone']>): string {
  return `phone ${country ?? ''}`
}

function parserOf({ email, phone, number, date }: Options): ((text: string) => string | undefined) | undefined {
  if (email !== undefined) return (text) => parseEmail(text, email === true ? {} : email)
  if (phone !== undefined) return loaded<(text: string) => string | undefined>(phoneKey(phone))
  if (number !== undefined) {
    asFault(['number'], () => assertNumberFormat(number))
    return (text) => parseNumber(text, number)
  }
  if (date === undefined) return undefined
  const { pattern, ...options } = date
  const parser = asFault(['date', 'pattern'], () => dateParser(pattern, options))
  return (text) => parser.parse(text)
}
