import { isIPv4, isIPv6 } from 'node:net'
import type { TargetType } from '../types.ts'
import { type Encode, unfit } from './encoder.ts'

/** Families as inet_send numbers them (inet.h: PGSQL_AF_INET is the system's AF_INET, 2 everywhere). */
const families = { 4: 2, 6: 3 } as const

/** Address text with or without a mask, into inet or cidr; the latter takes no bits behind the mask. */
export function encodeInet(to: TargetType): Encode {
  const isNetwork = to.name === 'cidr'
  return (out, source, _view, start, length) => {
    const text = Buffer.from(source.buffer, source.byteOffset + start, Math.min(length, 100)).toString('latin1')
    const [address = '', mask, ...more] = text.split('/')
    const octets = isIPv4(address) ? readIPv4(address) : isIPv6(address) ? readIPv6(address) : undefined
    const width = (octets?.length ?? 0) * 8
    const bits = mask === undefined ? width : /^\d{1,3}$/.test(mask) ? Number(mask) : -1
    if (octets === undefined || more.length > 0 || bits < 0 || bits > width) {
      return unfit(to, `${JSON.stringify(text)} is no address`)
    }
    if (isNetwork && !isClearBehind(octets, bits)) return unfit(to, `${text} has bits behind its mask`)
    out.room(8 + octets.length)
    out.view.setInt32(out.at, 4 + octets.length)
    out.bytes[out.at + 4] = octets.length === 4 ? families[4] : families[6]
    out.bytes[out.at + 5] = bits
    out.bytes[out.at + 6] = isNetwork ? 1 : 0
    out.bytes[out.at + 7] = octets.length
    out.bytes.set(octets, out.at + 8)
    out.at += 8 + octets.length
    return undefined
  }
}

function readIPv4(address: string): number[] {
  return address.split('.').map(Number)
}

/** @returns undefined for an address with a zone, which PostgreSQL does not have. */
function readIPv6(address: string): number[] | undefined {
  if (address.includes('%')) return undefined
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  const tail = dotted === null ? [] : readIPv4(dotted[2] ?? '')
  const text = dotted === null ? address : (dotted[1] ?? '').replace(/([^:]):$/, '$1')
  const [left = '', right] = text.split('::')
  const words = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 0xff])
  const before = words(left)
  const after = [...words(right ?? ''), ...tail]
  return [...before, ...Array.from({ length: 16 - before.length - after.length }, () => 0), ...after]
}

function isClearBehind(octets: readonly number[], bits: number): boolean {
  return octets.every((octet, place) => {
    const kept = Math.min(8, Math.max(0, bits - place * 8))
    return (octet & (0xff >> kept)) === 0
  })
}
