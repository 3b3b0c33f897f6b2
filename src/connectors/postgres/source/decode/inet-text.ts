import { TransloadError } from '../../../../errors/transload-error.ts'
import { putUint53 } from '../../../../format/integer-text.ts'

/*
 * inet and cidr on the wire (network.c: network_send): family, bits of the mask, whether it is a cidr, count of octets,
 * the octets.
 */
const headBytes = 4
const [dot, colon, slash] = [0x2e, 0x3a, 0x2f]
const hexDigits = '0123456789abcdef'

/** As many bytes as an address' text has at most. */
export const inetTextBytes = 64

/** Writes an address as the server prints it, its mask only where it says something. Returns where it ends. */
export function putInet(view: DataView, start: number, target: Uint8Array, at: number): number {
  const bits = view.getUint8(start + 1)
  const count = view.getUint8(start + 3)
  const octets = start + headBytes
  if (count !== 4 && count !== 16) throw new TransloadError('TL_X901', { reason: `an address of ${count} octets` })
  let to = count === 4 ? putIPv4(view, octets, target, at) : putIPv6(view, octets, target, at)
  if (bits === count * 8) return to
  target[to++] = slash
  return putUint53(target, to, bits)
}

function putIPv4(view: DataView, octets: number, target: Uint8Array, at: number): number {
  let to = at
  for (let i = 0; i < 4; i++) {
    if (i > 0) target[to++] = dot
    to = putUint53(target, to, view.getUint8(octets + i))
  }
  return to
}

/** The longest run of two zero groups or more is left out; an IPv4 address within is told as one. */
function putIPv6(view: DataView, octets: number, target: Uint8Array, at: number): number {
  let [runStart, runLength] = [-1, 1]
  for (let i = 0; i < 8; i++) {
    let length = 0
    while (i + length < 8 && view.getUint16(octets + 2 * (i + length)) === 0) length++
    if (length > runLength) [runStart, runLength] = [i, length]
    i += length
  }
  let to = at
  for (let i = 0; i < 8; i++) {
    if (i === runStart) {
      target[to++] = colon
      if (i + runLength === 8) target[to++] = colon
      i += runLength - 1
      continue
    }
    if (i > 0) target[to++] = colon
    const isMapped = runLength === 5 && view.getUint16(octets + 10) === 0xffff
    if (i === 6 && runStart === 0 && (runLength === 6 || isMapped)) return putIPv4(view, octets + 12, target, to)
    to = putHex(view.getUint16(octets + 2 * i), target, to)
  }
  return to
}

function putHex(group: number, target: Uint8Array, at: number): number {
  let to = at
  for (let shift = 12; shift >= 0; shift -= 4) {
    if (shift === 0 || group >> shift > 0) target[to++] = hexDigits.charCodeAt((group >> shift) & 15)
  }
  return to
}
