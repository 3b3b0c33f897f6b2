import { maxReason } from './messages.ts'

/** What came of a function of the user's own, for people. It may be anything: asking it may throw. */
export function describeValue(value: unknown): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return `${String(value).slice(0, 100)}n`
  if (typeof value === 'object') return `an object (${classOf(value)})`
  return value === undefined ? 'undefined' : `a ${typeof value}`
}

/** What was thrown and where, for people. */
export function describeThrown(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return describeValue(thrown)
    const text = `${thrown.name}: ${thrown.message}`
    return `${text.replaceAll(/\s+/g, ' ').trim().slice(0, maxReason)}${placeIn(String(thrown.stack))}`
  } catch {
    return 'something that cannot be shown'
  }
}

/** The first file that a trace names: where it was thrown, or does not parse. */
function placeIn(trace: string): string {
  const place = /file:\/\/\S*\/([^/\s:]{1,100}:\d+(?::\d+)?)/.exec(trace.slice(0, 4000))?.[1]
  return place === undefined ? '' : ` (${place})`
}

function classOf(value: object): string {
  try {
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
    return typeof name === 'string' ? name.slice(0, 40) : 'of no class'
  } catch {
    return 'of no class'
  }
}
