import { describe, expect, it } from 'vitest'
import { CopyFrames, dataEndAt, headerBytes } from './copy-frames.ts'

function message(letter: string, payload: string): Buffer {
  const bytes = Buffer.from(`${letter}....${payload}`)
  bytes.writeUInt32BE(payload.length + 4, 1)
  return bytes
}

const stream = [
  message('H', 'formats'),
  message('d', 'one'),
  message('d', 'two'),
  message('d', ''),
  message('d', 'three'),
  message('N', 'a notice'),
  message('d', 'x'.repeat(1_000)),
  message('c', ''),
  message('Z', 'I'),
]

describe('CopyFrames', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 100, 2_000])('takes messages apart that come in chunks of %i bytes', (size) => {
    const told: string[] = []
    const frames = new CopyFrames(
      {
        data: (payload) => told.push(`data ${payload.toString()}`),
        // Of messages that lie whole, as many as there are, but for those that say nothing.
        run: (chunk, from) => {
          let at = from
          for (let end = at; (end = dataEndAt(chunk, at)) > at + headerBytes; at = end) {
            told.push(`data ${chunk.toString('latin1', at + headerBytes, end)}`)
          }
          return at
        },
      },
      (other) => told.push(other.toString('latin1', 0, 1) + other.toString('latin1', 5)),
    )
    const all = Buffer.concat(stream)
    for (let at = 0; at < all.length; at += size) frames.add(Buffer.from(all.subarray(at, at + size)))
    expect(told).toEqual([
      'Hformats',
      'data one',
      'data two',
      'data ',
      'data three',
      'Na notice',
      `data ${'x'.repeat(1_000)}`,
      'c',
      'ZI',
    ])
  })

  it('hands on what comes behind its end as it is, be it part of a message', () => {
    const rest: string[] = []
    const frames: CopyFrames = new CopyFrames({ data: () => {}, run: (_, at) => at }, (other) => {
      rest.push(other.toString('latin1'))
      frames.stop()
    })
    const ready = message('Z', 'I')
    frames.add(Buffer.concat([message('E', 'broken'), ready.subarray(0, 3)]))
    expect(rest).toEqual([message('E', 'broken').toString('latin1'), ready.toString('latin1', 0, 3)])
  })
})
