import { isUtf8 } from 'node:buffer'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { isJson } from '../../canonical/json-compare.ts'
import { typeText } from '../../canonical/type-text.ts'
import { nearest } from '../../errors/nearest.ts'
import { moduleOf } from '../code/code-module.ts'
import { CodeThread } from '../code/code-thread.ts'
import { CodeWorker } from '../code/code-worker.ts'
import { maxReason, type PackedColumn, type Part } from '../code/messages.ts'
import { loaded, loadOnce } from '../load-once.ts'
import { type Shape, type ShapeColumn, withChanged, withColumn } from '../shape.ts'
import { columnOf, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { typeName, typeNamed } from '../type-name.ts'

const defaultTimeoutMs = 5000

const tooMuch = 'what it gives for this row and those about it is too much'

const schema = z.strictObject({
  module: z.string().min(1, 'it is empty').describe('A TypeScript or JavaScript module, relative to this file.'),
  export: z.string().min(1, 'it is empty').optional().describe('The function; default, if it says nothing.'),
  reads: z.array(z.string()).describe('Columns that the function sees, and no others.'),
  writes: z
    .record(
      z.string(),
      z
        .string()
        .refine((text) => typeName.safeParse(bare(text)).success, 'it is no type, such as text, "text?" or int(32)'),
    )
    .refine((writes) => Object.keys(writes).length > 0, 'it is empty')
    .describe(
      'Columns that the function gives, new ones or those that are there, with their types; ? where it may give null.',
    ),
  timeout: z
    .int()
    .min(1)
    .max(3_600_000)
    .optional()
    .describe('Milliseconds that one row may take; 5000, if it says nothing.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'it is no SHA-256 in hexadecimal digits')
    .optional()
    .describe('Of the module’s text: any other is refused. A plan has it from the module as it was then.'),
})

type Options = z.output<typeof schema>

/**
 * Columns by a function of the user's own, which runs in a worker: only what it reads goes there, as values. What it does to
 * its worker costs the row that it was at work on, and no other.
 */
export const code = stageKind({
  name: 'code',
  memory: 'stateless',
  schema,
  load: async (options) => {
    const { module, sha256 } = options
    // A plan whose module is another is no fault of the pipeline's.
    moduleOf(module, sha256)
    await loadOnce(keyOf(options), [], async () => await assertLoads(options))
  },
  bind(options, shape) {
    loaded(keyOf(options))
    const reads = options.reads.map((name, place) => {
      const column = columnOf(shape, name, ['reads', place])
      if (column.type.kind !== 'native') return column
      throw new StageFault(['reads', place], `${name} is in a form of its engine’s own`, 'Leave it out.')
    })
    let after: Shape = shape
    const writes = Object.entries(options.writes).map(([name, text]) => {
      const type = typeNamed(bare(text))
      const nullable = text.endsWith('?')
      const there = after.columns.find((one) => one.name === name)
      // A slot of its own also where it is there: rows that a worker has lost are read once more, as they were.
      const made =
        there === undefined
          ? withColumn(after, { name, type, nullable }, 'code', reads)
          : withChanged(after, there, { type, nullable }, 'code', reads)
      after = made.shape
      return made.column
    })
    const worker = new CodeWorker(
      { ...setupOf(options), reads: reads.map(plain), writes: writes.map(plain) },
      options.timeout ?? defaultTimeoutMs,
    )
    return {
      shape: after,
      reads,
      run: async (rows: StageRows, signal: AbortSignal): Promise<void> => {
        await worker.work(
          {
            rows: rows.live(),
            pack: (asked) => ({ rowCount: asked.length, columns: reads.map((column) => rows.pack(asked, column)) }),
            take: (asked, part) => {
              const code = rows.attempt(asked[0]!, () => put(rows, asked, writes, part))
              if (code !== undefined) for (const row of asked) rows.reject(row, undefined, tooMuch, code)
            },
            refuse: (row, reason) => rows.reject(row, undefined, reason),
          },
          signal,
        )
      },
      close: () => worker.close(),
    }
  },
})

function bare(text: string): string {
  return text.endsWith('?') ? text.slice(0, -1) : text
}

function plain({ name, type, nullable }: ShapeColumn): Pick<ShapeColumn, 'name' | 'type' | 'nullable'> {
  return { name, type, nullable }
}

function keyOf({ module, export: name = 'default', sha256 }: Options): string {
  return `code ${sha256} ${module} ${name}`
}

function setupOf({ module, export: exportName = 'default', sha256 }: Options) {
  const { path, source } = moduleOf(module, sha256)
  return { url: pathToFileURL(path).href, source, exportName }
}

/** @throws StageFault where the module cannot be loaded, or has no such function */
async function assertLoads(options: Options): Promise<void> {
  const { module, export: name = 'default' } = options
  const thread = new CodeThread({ ...setupOf(options), reads: [], writes: [] })
  const readiness = await thread.ready()
  await thread.close()
  if (readiness.ready) return
  const { at, reason, names } = readiness
  if (at === 'module') {
    throw new StageFault(['module'], `${module} cannot be loaded: ${reason}`, 'Run it with node to see where it fails.')
  }
  const near = nearest(name, names)
  const meant = near === undefined ? '' : `Did you mean ${near}? `
  const there = names.length === 0 ? 'It exports none.' : `It exports ${names.join(', ')}.`
  throw new StageFault(['export'], `${module} exports no function ${name}`, `${meant}${there}`)
}

/** Takes what the function has given for these rows: nothing of it is trusted to be of its type. */
function put(rows: StageRows, asked: readonly number[], columns: readonly ShapeColumn[], part: Part): void {
  for (const { row, column: name, reason } of part.faults) {
    rows.reject(
      asked[row]!,
      columns.find((one) => one.name === name),
      reason.slice(0, maxReason * 2),
    )
  }
  for (const [place, column] of columns.entries()) {
    const packed = part.columns[place]!
    if (isPlainText(column) && isSoundText(packed)) rows.putPacked(asked, column, packed.bytes, packed.lengths)
    else putEach(rows, asked, column, packed)
  }
}

function isPlainText({ type }: ShapeColumn): boolean {
  return type.kind === 'text' && type.maxLength === undefined
}

/** Whether all is UTF-8, and no value begins within a character. */
function isSoundText({ bytes, lengths }: PackedColumn): boolean {
  if (!isUtf8(bytes)) return false
  let at = 0
  for (const length of lengths) {
    if (length <= 0) continue
    if ((bytes[at]! & 0xc0) === 0x80) return false
    at += length
  }
  return true
}

function putEach(
  rows: StageRows,
  asked: readonly number[],
  column: ShapeColumn,
  { bytes, lengths }: PackedColumn,
): void {
  const { kind } = column.type
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  for (const [place, row] of asked.entries()) {
    const length = lengths[place]!
    const value = length < 0 ? null : buffer.subarray(at, at + length)
    at += Math.max(length, 0)
    if (!rows.isLive(row)) continue
    const text = value === null ? null : kind === 'bytes' ? value.toString('hex') : value.toString('utf8')
    if (text !== null && kind === 'json' && !isJson(text)) rows.refuse(row, column, text, `no ${typeText(column.type)}`)
    else rows.put(row, column, text)
  }
}
