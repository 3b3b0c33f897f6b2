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
