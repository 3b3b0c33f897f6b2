import { notReadable } from '../../../../errors/file-error.ts'
import { openDumpPieces } from '../dump-pieces.ts'
import { isBlank } from './json-nesting.ts'
import type { JsonForm } from './json-cutter.ts'

const cure =
  'Name a file of documents in Extended JSON: one on each line, as mongoexport writes them, or all in one array.'

const byteOrderMark = Buffer.from('efbbbf', 'hex')

/** How a file of JSON is written, and where in it that begins, in bytes. */
export interface JsonLayout {
  readonly form: JsonForm
  /** Behind a byte order mark. */
  readonly begin: number
  readonly isEmpty: boolean
}

/**
 * Looks at the beginning of a file, packed or not.
 * @throws TL_S204, TL_S205 where it cannot be opened; TL_S208 where it begins like no JSON of documents
 */
export async function readJsonLayout(label: string, path: string, signal: AbortSignal): Promise<JsonLayout> {
  await using pieces = await openDumpPieces(label, path)
  let begin = 0
  let isBegun = false
  let head = Buffer.alloc(0)
  for (;;) {
    const piece = await pieces.next(signal)
    if (piece === undefined && head.length === 0) return { form: 'lines', begin, isEmpty: true }
    // A piece may be as short as a byte.
    head = Buffer.concat([head, piece ?? Buffer.alloc(0)])
    if (piece !== undefined && head.length < 4 && !isBegun) continue
    if (!isBegun && head.subarray(0, 3).equals(byteOrderMark)) {
      begin = 3
      head = head.subarray(3)
    }
    isBegun = true
    const first = head.findIndex((byte) => !isBlank(byte))
    if (first < 0) {
      if (piece === undefined) return { form: 'lines', begin, isEmpty: true }
      head = Buffer.alloc(0)
      continue
    }
    return { form: formOf(label, head.subarray(first)), begin, isEmpty: false }
  }
}

function formOf(label: string, text: Buffer): JsonForm {
  if (text[0] === 0x5b) return 'array'
  if (text[0] === 0x7b) {
    if (!/^\{[ \t]*\r?\n/.test(text.toString('latin1', 0, 100))) return 'lines'
    const rather = 'Export them without --pretty, or into one array with --jsonArray.'
    throw notReadable(label, 'a document stands on more than one line', rather)
  }
  const isWide = (text[0] === 0xff && text[1] === 0xfe) || (text[0] === 0xfe && text[1] === 0xff)
  if (isWide) throw notReadable(label, 'it is written in UTF-16', 'Write it anew in UTF-8.')
  throw notReadable(label, 'neither a document nor an array is at its beginning', cure)
}
