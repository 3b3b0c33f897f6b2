import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { DatasetValidation } from '../../model/run-summary.ts'

/** A line of `differences.ndjson`. */
export type ReportedDifference = DatasetValidation['samples'][number] & {
  readonly from: string
  readonly detail?: string | undefined
  /** The row kept changing while it was looked at. */
  readonly transient?: boolean | undefined
}

export interface DifferencesRead {
  readonly lines: number
  /** Of the file, in hex. */
  readonly sha256: string
}

const newline = 0x0a

/** Reads a file of differences from end to end, holding one line of it. @throws what the file system says */
export async function readDifferences(
  path: string,
  each: (difference: ReportedDifference) => void,
): Promise<DifferencesRead> {
  const hash = createHash('sha256')
  let lines = 0
  let parts: Buffer[] = []
  const take = (): void => {
    const text = Buffer.concat(parts).toString('utf8')
    parts = []
    if (text === '') return
    lines++
    each(JSON.parse(text) as ReportedDifference)
  }
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      parts.push(chunk.subarray(from, end))
      from = end + 1
      take()
    }
    if (from < chunk.length) parts.push(chunk.subarray(from))
  }
  take()
  return { lines, sha256: hash.digest('hex') }
}
