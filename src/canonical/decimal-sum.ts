/** The sum of decimal numbers (`-1.50`), exact to the last digit. Of none it is 0. */
export function decimalSum(texts: readonly string[]): string {
  const scale = Math.max(0, ...texts.map((text) => fractionOf(text).length))
  const sum = texts.reduce((total, text) => total + scaledDecimal(text, scale), 0n)
  const digits = String(sum < 0n ? -sum : sum).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`
  return `${sum < 0n ? '-' : ''}${whole}${fraction}`
}

function fractionOf(text: string): string {
  return text.split('.')[1] ?? ''
}

/** A decimal number as an integer of units of its last digit, where it has `scale` digits behind the point at most. */
export function scaledDecimal(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(scale, '0'))
}
