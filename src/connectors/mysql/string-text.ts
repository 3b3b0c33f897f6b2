const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\u0000'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['Z', '\u001a'],
])

/** The inside of a string constant or ENUM label, as the server prints it under an empty `sql_mode`. */
export function decodeString(quoted: string): string {
  return quoted.replaceAll(/''|\\([^])/g, (_, letter: string | undefined) =>
    letter === undefined ? "'" : (escapes.get(letter) ?? letter),
  )
}
