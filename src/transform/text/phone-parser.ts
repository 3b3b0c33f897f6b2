import { TransloadError } from '../../errors/transload-error.ts'
import { trimSpaces } from './white-space.ts'

/** No number in any spelling is longer; the library itself looks at 250 characters. */
const longestPhone = 100

/** Plans of some countries, such as that of Germany, have longer ones, which E.164 (6.2) has not: 15 digits behind the +. */
const e164 = /^\+[1-9]\d{1,14}$/

/**
 * A parser of telephone numbers to E.164 (`+493012345678`), by the numbering plans of libphonenumber. Those are loaded
 * here, once, so that a pipeline without telephone numbers never pays for them.
 *
 * A number without its `+` is one of `defaultCountry` (two letters, such as `DE`); where that is undefined, it is none.
 * The parser gives undefined where the whole text is not one number that the plan of its country has: too short or too
 * long, a range that is not given out, letters, two numbers, a remark, an extension (`ext. 5`), which E.164 has no place
 * for. Whether anybody answers there it cannot know.
 *
 * Throws TL_C105 where the library knows no such country.
 */
export async function loadPhoneParser(
  defaultCountry: string | undefined,
): Promise<(text: string) => string | undefined> {
  const { isSupportedCountry, parsePhoneNumberFromString } = await import('libphonenumber-js/max')
  if (defaultCountry !== undefined && !isSupportedCountry(defaultCountry)) {
    throw new TransloadError('TL_C105', {
      reason: `No country of telephone numbers is called ${JSON.stringify(defaultCountry)}`,
      cure: 'Write its two letters of ISO 3166 in capitals, such as DE or US.',
    })
  }
  const options = { extract: false, ...(defaultCountry !== undefined && { defaultCountry }) }
  return (text) => {
    const trimmed = trimSpaces(text)
    if (trimmed.length > longestPhone) return undefined
    const phone = parsePhoneNumberFromString(trimmed, options)
    if (phone?.isValid() !== true || phone.ext !== undefined) return undefined
    return e164.test(phone.number) ? phone.number : undefined
  }
}
