/** An IPv6 address with all of its groups: engines leave out other runs of zeros. What is none stays as it is. */
export function inet6Text(text: string): string {
  const [, address = '', mask = ''] = /^([0-9a-f:]+)(\/\d+)?$/i.exec(text) ?? []
  const sides = address.split('::')
  if (address === '' || sides.length > 2) return text
  const [head = [], tail = []] = sides.map((side) => (side === '' ? [] : side.split(':')))
  const left = 8 - head.length - tail.length
  if (left < 0 || (sides.length === 1 && left !== 0)) return text
  const groups = [...head, ...Array.from({ length: left }, () => '0'), ...tail]
  return groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, '')).join(':') + mask
}
