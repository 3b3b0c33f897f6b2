import { characterClass, isDigit } from './character-classes.ts'

/** From this version on a conditional comment is for no server: dumps use 999999 to hide a client command. */
const neverVersion = 900_000
/** `/*M!` and six digits. */
export const maxIntroLength = 10

/**
 * If a conditional comment opens at `at` (`/*!`, `/*!50001`, `/*M!100301`), its version (1 where it names none) and
 * where its contents start; undefined for any other comment, which includes those for versions that no server has.
 * A dump is read as its own server would: every other condition holds.
 */
export function conditionalComment(
  bytes: Uint8Array,
  at: number,
  end: number,
): { readonly version: number; readonly contentStart: number } | undefined {
  let index = at + 2
  if (bytes[index] === 0x4d && index < end) index++
  if (index >= end || bytes[index] !== 0x21) return undefined
  index++
  const digits = index
  while (index < end && index < digits + 6 && (characterClass[bytes[index]!]! & isDigit) !== 0) index++
  const digitCount = index - digits
  if (digitCount < 5) return { version: 1, contentStart: digits }
  let version = 0
  for (let digit = digits; digit < index; digit++) version = version * 10 + (bytes[digit]! - 0x30)
  return version >= neverVersion ? undefined : { version, contentStart: index }
}
