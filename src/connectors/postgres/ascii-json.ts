/**
 * JSON in ASCII: everything else is escaped, so that a database of any encoding can store it. To be kept as `json`, whose
 * text no server changes.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
