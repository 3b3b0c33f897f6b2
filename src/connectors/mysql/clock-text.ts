/** `-PT838H59M59.5S` → `-838:59:59.5`: a time as MySQL writes it. */
export function clockText(interval: string): string {
  const [, sign = '', hours = '0', minutes = '0', seconds = '0'] =
    /^(-?)PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S$/.exec(interval) ?? []
  return `${sign}${two(hours)}:${two(minutes)}:${two(seconds)}`
}

/** Two digits before the point at the least. */
function two(digits: string): string {
  return digits.includes('.') ? digits.padStart(digits.length - digits.indexOf('.') + 2, '0') : digits.padStart(2, '0')
}
