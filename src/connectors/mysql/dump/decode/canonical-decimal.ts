const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

/**
 * A decimal number in its plain form: digits on both sides of a point, no plus, no exponent. Nothing is rounded.
 * Undefined where the text is no number, or its plain form is longer than `maxLength`.
 */
export function canonicalDecimal(text: string, maxLength: number): string | undefined {
  const [, sign = '', whole = '', fraction = '', power = '0'] = pattern.exec(text) ?? []
  const digits = whole + fraction
  if (digits === '') return undefined
  const point = whole.length + Number(power)
  if (Math.abs(point) + digits.length > 4 * maxLength) return undefined
  const padded = point < 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0')
  const place = Math.max(0, point)
  const integer = padded.slice(0, place).replace(/^0+(?=\d)/, '') || '0'
  const rest = padded.slice(place)
  const plain = `${sign === '-' ? '-' : ''}${integer}${rest === '' ? '' : `.${rest}`}`
  return plain.length > maxLength ? undefined : plain
}
