import { InvalidArgumentError } from 'commander'
import { nearest } from '../errors/nearest.ts'
import { type CheckName, checkNames } from '../model/check.ts'
import type { ValidateMode } from '../run/validate.ts'

/** `users,orders_*`. */
export function globList(text: string): string[] {
  const globs = text.split(',').map((part) => part.trim())
  if (globs.includes(''))
    throw new InvalidArgumentError('Write names with commas between them, such as users,orders_*.')
  return globs
}

/** `schema,rows`. */
export function checkList(text: string): CheckName[] {
  return text.split(',').map((part) => {
    const name = checkNames.find((one) => one === part.trim())
    if (name !== undefined) return name
    const near = nearest(part.trim(), checkNames)
    const cure = near === undefined ? '' : `\n(Did you mean ${near}?)`
    throw new InvalidArgumentError(`The checks are ${checkNames.join(', ')}.${cure}`)
  })
}

/** A whole number from 1 on; `_` may part its digits. */
export function positiveCount(text: string): number {
  const count = Number(text.replaceAll('_', ''))
  if (!/^\d[\d_]*$/.test(text) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('It is a whole number from 1 on.')
  }
  return count
}

/** As many rows of each table as anybody looks through. */
export function previewCount(text: string): number {
  const count = positiveCount(text)
  if (count > 1000) throw new InvalidArgumentError('It shows at most 1000 rows of each table.')
  return count
}

/** As many lanes as make sense on one machine. */
export function laneCount(text: string): number {
  const count = positiveCount(text)
  if (count > 64) throw new InvalidArgumentError('More than 64 lanes would only wait for each other.')
  return count
}

const validateModes = ['auto', 'stream', 'digest', 'rebuild', 'counts'] as const

/** One of {@link validateModes}, or `sample=N`. */
export function validateMode(text: string): ValidateMode {
  const mode = validateModes.find((one) => one === text)
  if (mode !== undefined) return mode
  if (text.startsWith('sample=')) return { sample: positiveCount(text.slice('sample='.length)) }
  throw new InvalidArgumentError(
    'It is auto, stream, digest, rebuild, counts, or sample=N with a number of ranges, such as sample=100.',
  )
}

/** `25%`: a share of all time, above 0 up to 1. */
export function loadShare(text: string): number {
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1])
  if (!(percent > 0 && percent <= 100)) throw new InvalidArgumentError('Write it as a share of the time, such as 25%.')
  return percent / 100
}

const unitMs: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** `90s`, `5m`: milliseconds. */
export function duration(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  const ms = Math.round(Number(number) * (unitMs[unit] ?? Number.NaN))
  if (number === '' || !(ms >= 1) || !Number.isSafeInteger(ms)) {
    throw new InvalidArgumentError('Write it with its unit, such as 90s or 5m.')
  }
  return ms
}

const unitBytes: { readonly [unit: string]: number } = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}

/** `20MB`, `512KiB`, `1.5GB/s`: bytes per second. */
export function bytesPerSecond(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*?)(?:\/s)?$/i.exec(text) ?? []
  const factor = unitBytes[unit.toLowerCase()]
  const bytes = Math.round(Number(number) * (factor ?? Number.NaN))
  if (number === '' || !(bytes >= 1) || !Number.isSafeInteger(bytes)) {
    throw new InvalidArgumentError('Write it as 20MB, 512KiB or 1GB: bytes per second.')
  }
  return bytes
}
