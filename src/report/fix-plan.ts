import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { type FileHandle, mkdtemp, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Repair, RepairKind, TableRepairs } from '../contract/repair.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { RowKey } from '../model/loss.ts'
import { keyText } from './key-text.ts'
import { parentsFirst } from './parents-first.ts'
import { visible } from './visible.ts'

/** A pair of tables whose statements are in the plan. */
export interface FixPlanTable extends Pick<TableRepairs, 'isReferredTo' | 'notes'> {
  readonly from: string
  readonly to: string
  /** Tells the target's table from others. */
  readonly id: string
  /** Of other tables. */
  readonly parents: readonly string[]
}

export interface FixPlanHead {
  /** Labels, without secrets. */
  readonly source: string
  readonly target: string
  /** Statements around all others. */
  readonly begin: string
  readonly end: string
  /** Sentences: differences that the plan does nothing about. */
  readonly notRepaired: readonly string[]
}

const kinds = ['insert', 'update', 'delete'] as const satisfies readonly RepairKind[]

/** Statements of one table, as places in the files of their kinds. */
interface Written {
  readonly table: FixPlanTable
  readonly counts: Record<RepairKind, number>
  byHand: number
  readonly from: Record<RepairKind, number>
  readonly until: Record<RepairKind, number>
}

/**
 * A file of statements that nobody has run, with counts at its top: what they count is known at the end, and so they are
 * kept in files beside it until then. There are values in it, and those are somebody's: it is its owner's alone.
 */
export class FixPlan implements AsyncDisposable {
  readonly path: string
  readonly #folder: string
  readonly #parts: Record<RepairKind, Part>
  readonly #tables: Written[] = []

  private constructor(path: string, folder: string) {
    this.path = path
    this.#folder = folder
    const [insert, update, remove] = kinds.map((kind) => new Part(join(folder, kind)))
    this.#parts = { insert: insert!, update: update!, delete: remove! }
  }

  /** @param path Absolute; what is there is replaced at the end. @throws TL_C105 where there can be no such file */
  static async create(path: string): Promise<FixPlan> {
    try {
      const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      if (there?.isDirectory() === true) throw new Error(`${path} is a directory`)
      return new FixPlan(path, await mkdtemp(`${path}.`))
    } catch (error) {
      throw unwritable(error)
    }
  }

  /** What is added from here on is of this table. */
  begin(table: FixPlanTable): void {
    const from = this.#ends()
    const counts = { insert: 0, update: 0, delete: 0 }
    this.#tables.push({ table, counts, byHand: 0, from, until: { ...from } })
  }

  /** @throws TL_C105 where the file system takes no more */
  add(kind: RepairKind, { sql, byHand }: Repair, key: RowKey): void {
    const written = this.#tables.at(-1)
    if (written === undefined) throw new TransloadError('TL_X901', { reason: 'statements of no table' })
    const part = this.#parts[kind]
    for (const sentence of byHand) {
      part.add(`-- by hand: ${kind} ${visible(`${written.table.to} ${keyText(key)}: ${sentence}`)}\n`)
    }
    if (sql !== undefined) {
      part.add(`${sql}\n`)
      written.counts[kind]++
    }
    if (byHand.length > 0) written.byHand++
    written.until[kind] = part.end
  }

  /** Takes back what was added since `begin`. */
  retract(): void {
    const written = this.#tables.pop()
    if (written === undefined) return
    for (const kind of kinds) this.#parts[kind].cut(written.from[kind])
    this.begin(written.table)
  }

  /** Puts everything together, in an order that foreign keys allow. @throws TL_C105 where that cannot be written */
  async write(head: FixPlanHead): Promise<void> {
    const { order, circle } = parentsFirst(this.#tables.map(({ table }) => table))
    const ordered = order.map((place) => this.#tables[place]!)
    const whole = join(this.#folder, 'whole')
    try {
      for (const kind of kinds) this.#parts[kind].flush()
      await using file = await open(whole, 'wx', 0o600)
      await file.writeFile(headText(head, this.#tables, circle))
      await file.writeFile(`${head.begin}\n`)
      await this.#copy(file, 'delete', ordered.toReversed(), 'rows that go')
      for (const one of ordered) {
        await this.#copy(file, 'update', [one], 'rows that change')
        await this.#copy(file, 'insert', [one], 'rows that come')
      }
      const again = ordered.filter(({ table }) => table.isReferredTo).toReversed()
      await this.#copy(file, 'delete', again, 'rows that go, once more: by now nothing may refer to them')
      await file.writeFile(`\n${head.end}\n`)
      await file.sync()
      await rename(whole, this.path)
    } catch (error) {
      throw unwritable(error)
    }
  }

  async #copy(file: FileHandle, kind: RepairKind, tables: readonly Written[], what: string): Promise<void> {
    await using part = await open(this.#parts[kind].path, 'r')
    const buffer = Buffer.allocUnsafe(partBytes)
    for (const { table, from, until } of tables) {
      if (until[kind] === from[kind]) continue
      await file.writeFile(`\n-- ${visible(table.to)}: ${what}\n`)
      for (let at = from[kind]; at < until[kind];) {
        const { bytesRead } = await part.read(buffer, 0, Math.min(buffer.length, until[kind] - at), at)
        if (bytesRead === 0) throw new Error(`${this.#parts[kind].path} was cut short`)
        await file.writeFile(buffer.subarray(0, bytesRead))
        at += bytesRead
      }
    }
  }

  #ends(): Record<RepairKind, number> {
    const { insert, update, delete: remove } = this.#parts
    return { insert: insert.end, update: update.end, delete: remove.end }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const kind of kinds) this.#parts[kind].close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Text that is held before it is written, in bytes. */
const partBytes = 1024 * 1024

/**
 * A file that grows. It is written where statements are added, and nobody waits for it: a table of rows of any size takes
 * no more memory than one of them.
 */
class Part {
  readonly path: string
  readonly #file: number
  #held: Buffer[] = []
  #heldBytes = 0
  #writtenBytes = 0

  constructor(path: string) {
    this.path = path
    this.#file = openSync(path, 'ax', 0o600)
  }

  get end(): number {
    return this.#writtenBytes + this.#heldBytes
  }

  add(text: string): void {
    const bytes = Buffer.from(text)
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#heldBytes < partBytes) return
    try {
      this.flush()
    } catch (error) {
      throw unwritable(error)
    }
  }

  flush(): void {
    const bytes = Buffer.concat(this.#held)
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at)
    this.#writtenBytes += bytes.length
    this.#held = []
    this.#heldBytes = 0
  }

  cut(end: number): void {
    try {
      this.flush()
      ftruncateSync(this.#file, end)
    } catch (error) {
      throw unwritable(error)
    }
    this.#writtenBytes = end
  }

  close(): void {
    closeSync(this.#file)
  }
}

function headText(
  { source, target, notRepaired }: FixPlanHead,
  tables: readonly Written[],
  circle: readonly FixPlanTable[],
): string {
  const sum = (counted: (one: Written) => number): number => tables.reduce((all, one) => all + counted(one), 0)
  const counts = { insert: sum((one) => one.counts.insert), update: sum((one) => one.counts.update) }
  const all = countsText(
    { ...counts, delete: sum((one) => one.counts.delete) },
    sum((one) => one.byHand),
  )
  const notes = tables.flatMap(({ table }) => table.notes.map((note) => `${table.from}: ${note}`))
  if (circle.length > 0) {
    notes.push(`foreign keys go in a circle: ${circle.map(({ from }) => from).join(', ')}; change their order by hand`)
  }
  const lines = [
    `What would make ${target}`,
    `what ${source} is.`,
    `Written by transload validate --fix-plan at ${new Date().toISOString()}. Nothing of it was run.`,
    '',
    all,
    ...tables.map(({ table, counts: own, byHand }) => `  ${table.from} to ${table.to}: ${countsText(own, byHand)}`),
    '',
    'Read it, then run it: psql -v ON_ERROR_STOP=1 -f FILE',
    'It is one transaction. Each statement does nothing where the row is not what was seen any more, and nothing the',
    'second time. A row that others refer to is not deleted, and a row whose unique values others have is not inserted:',
    'validate again afterwards.',
    ...(notes.length === 0 ? [] : ['', 'What may need work by hand:', ...notes.map((note) => `  ${note}`)]),
    ...(notRepaired.length === 0 ? [] : ['', 'Not repaired:', ...notRepaired.map((line) => `  ${line}`)]),
  ]
  return `${lines.map((line) => `-- ${visible(line)}`.trimEnd()).join('\n')}\n\n`
}

function countsText(counts: Record<RepairKind, number>, byHand: number): string {
  const each = kinds.map((kind) => `${counts[kind]} ${kind}${counts[kind] === 1 ? '' : 's'}`)
  return `${each.join(', ')}, ${byHand} by hand`
}

function unwritable(error: unknown): TransloadError {
  if (error instanceof TransloadError) return error
  const reason = error instanceof Error ? error.message : String(error)
  const cure = 'Name a file in a directory that can be written.'
  return new TransloadError('TL_C105', { reason: `--fix-plan: ${reason}`, cure }, error)
}
