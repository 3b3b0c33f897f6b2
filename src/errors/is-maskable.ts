/** Shorter secrets are words that occur anywhere: taking them out would hide more than it protects. */
const leastLength = 4

/** Whether a secret can be taken out of a text that nobody here has written, and leave it a text. */
export function isMaskable(secret: string): boolean {
  return secret.length >= leastLength
}
