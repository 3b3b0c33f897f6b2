import type { Readable } from 'node:stream'

/** Of all that the functions of a process print. */
const maxSpilledBytes = 256 * 1024

let spilled = 0

/** What a function prints goes to standard error, as far as it is not too much: standard output may be a document. */
export function spillOutput(output: Readable): void {
  output.on('data', (printed: Buffer | string) => {
    if (spilled > maxSpilledBytes) return
    const bytes = Buffer.from(printed)
    process.stderr.write(bytes.subarray(0, maxSpilledBytes - spilled))
    spilled += bytes.length
    if (spilled > maxSpilledBytes) {
      process.stderr.write('\nA code stage prints more than 256 KiB: the rest of it is left out.\n')
    }
  })
}
