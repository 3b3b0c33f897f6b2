import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
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
const chunkBytes = 256 * 1024

/** One line of the file. Valid until the next one. */
export interface DifferenceLine {
  /** The same for all differences of one dataset, column and reason, transient or not. */
  readonly kind: string
  parse(): ReportedDifference
}

/**
 * Reads a file of differences from end to end, holding one line of it. Who wants to know of a line no more than its kind
 * does not parse it: of millions that costs more than all else, and V8 keeps each short text for a while.
 *
 * @throws what the file system says
 */
export async function readDifferences(path: string, each: (line: DifferenceLine) => void): Promise<DifferencesRead> {
  const hash = createHash('sha256')
  let lines = 0
  let rest: Buffer[] = []
  const take = (part: Buffer): void => {
    const line = rest.length === 0 ? part : Buffer.concat([...rest, part])
    rest = []
    if (line.length === 0) return
    lines++
    each({ kind: kindOf(line), parse: () => JSON.parse(line.toString('utf8')) as ReportedDifference })
  }
  await using file = await open(path)
  for await (const chunk of chunksOf(file)) {
    hash.update(chunk)
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      take(chunk.subarray(from, end))
      from = end + 1
    }
    if (from < chunk.length) rest.push(Buffer.from(chunk.subarray(from)))
  }
  take(Buffer.alloc(0))
  return { lines, sha256: hash.digest('hex') }
}

const kindMembers: ReadonlySet<string> = new Set(['from', 'column', 'reason', 'transient'])
const [quote, backslash, colon, comma] = [...Buffer.from('"\\:,')]
const [openBrace, closeBrace, openBracket, closeBracket] = [...Buffer.from('{}[]')]

/** Those of an object's own members that tell its kind, as they stand in its JSON, which has no spaces. */
function kindOf(json: Buffer): string {
  let kind = ''
  let depth = 0
  let member = 0
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) at = endOfString(json, at)
    else if (byte === openBrace || byte === openBracket) {
      depth++
      if (depth === 1) member = at + 1
    } else if (depth === 1 && (byte === comma || byte === closeBrace)) {
      const nameEnd = endOfString(json, member)
      if (json[nameEnd + 1] === colon && kindMembers.has(json.toString('latin1', member + 1, nameEnd))) {
        kind += json.toString('latin1', member, at + 1)
      }
      member = at + 1
      if (byte === closeBrace) depth--
    } else if (byte === closeBrace || byte === closeBracket) depth--
  }
  return kind
}

/** Of the quote that ends the text which begins at `at`. */
function endOfString(json: Buffer, at: number): number {
  let end = at + 1
  for (; end < json.length && json[end] !== quote; end++) if (json[end] === backslash) end++
  return end
}

/** Each of them lies in the memory of the one before: of a long file there would be as much garbage as it is long. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  const memory = Buffer.allocUnsafeSlow(chunkBytes)
  for (;;) {
    const { bytesRead } = await file.read(memory, 0, chunkBytes, null)
    if (bytesRead === 0) return
    yield memory.subarray(0, bytesRead)
  }
}
