import { textForm } from './text-form.ts'
import { fractionText } from './time.ts'

const pattern = /^-?P(?=.)(-?\d+Y)?(-?\d+M)?(-?\d+D)?(T(?=.)(-?\d+H)?(-?\d+M)?(-?\d+(\.\d{1,6})?S)?)?$/

/** ISO 8601 duration as UTF-8; a leading minus negates the whole. */
export const intervalForm = textForm((text) => pattern.test(text))

/** The canonical text of a span of time that has no days or months, such as MySQL's TIME. */
export function durationText(
  negative: boolean,
  hours: number,
  minutes: number,
  seconds: number,
  micros: number,
): string {
  return `${negative ? '-' : ''}PT${hours}H${minutes}M${seconds}${fractionText(micros, 0)}S`
}

/** The duration that `[-]H:MM:SS[.ffffff]` is, as MySQL writes TIME; undefined where it is no such text. */
export function durationOfClock(text: string): string | undefined {
  const clock = /^(-?)(\d{1,3}):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(text)
  if (clock === null) return undefined
  const [, sign, hours, minutes, seconds, fraction = ''] = clock
  return durationText(sign === '-', Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(6, '0')))
}
