/** Whether a name fits a pattern in which `*` stands for any characters and `?` for one. Upper and lower case count. */
export function globMatches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 'su').test(name)
}

/** Whether a name stands for more than itself. */
export function isPattern(name: string): boolean {
  return /[*?]/.test(name)
}
