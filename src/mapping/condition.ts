/** A fact of the data: decimal text or a span of time; null where no row has a value. */
export type Fact = string | null

/**
 * Whether a fact meets a condition such as `<= 1`. Where no row has a value every condition holds; a fact that nobody
 * found out meets none, so that the safe rule decides.
 */
export function meets(fact: Fact | undefined, condition: string): boolean {
  if (fact === undefined) return false
  if (fact === null) return true
  const [operator = '', limit = ''] = condition.split(' ')
  const order = compareFacts(fact, limit)
  if (order === undefined) return false
  switch (operator) {
    case '>=':
      return order >= 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '<':
      return order < 0
    default:
      return order === 0
  }
}

/** Order of two facts, as numbers or spans of time; undefined where they are neither. */
export function compareFacts(a: string, b: string): number | undefined {
  if (/^-?\d+$/.test(a) && /^-?\d+$/.test(b)) {
    const difference = BigInt(a) - BigInt(b)
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }
  const x = toNumber(a)
  const y = toNumber(b)
  return Number.isNaN(x) || Number.isNaN(y) ? undefined : Math.sign(x - y)
}

/** Seconds of `[-]HH:MM:SS[.f]`, or the number. */
function toNumber(text: string): number {
  const time = /^(-?)(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text)
  if (time === null) return text === '' ? Number.NaN : Number(text)
  const seconds = Number(time[2]) * 3600 + Number(time[3]) * 60 + Number(time[4])
  return time[1] === '-' ? -seconds : seconds
}
