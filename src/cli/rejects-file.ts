import { rm, writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { TransloadError } from '../errors/transload-error.ts'
import type { RejectedRow } from '../model/loss.ts'
import { rejectsCsv } from '../report/rejects-csv.ts'
import { visibleJson } from '../report/visible.ts'
import { unwritable } from './carry-out.ts'

/** Where rejected rows are written to for somebody to look at: NDJSON, as a run writes it, or CSV. */
export class RejectsFile {
  /** Absolute. */
  readonly path: string
  readonly #lines: (rows: readonly RejectedRow[]) => Iterable<string>

  /** @throws TL_C105 where the name does not say which of the two it is to be */
  constructor(name: string, directory: string) {
    this.path = resolve(directory, name)
    const lines = formats[extname(name).toLowerCase()]
    if (lines === undefined) {
      throw new TransloadError('TL_C105', {
        reason: `--export: ${name} ends in neither .ndjson nor .csv`,
        cure: 'Write --export rejects.csv, say, or --export rejects.ndjson.',
      })
    }
    this.#lines = lines
  }

  /** In the place of what is there. Values are somebody’s, and so the file is its owner’s alone. @throws TL_C105 */
  async write(rows: readonly RejectedRow[]): Promise<void> {
    try {
      // A file that is there keeps its mode.
      await rm(this.path, { force: true })
      await writeFile(this.path, this.#lines(rows), { mode: 0o600 })
    } catch (error) {
      throw unwritable('--export', error)
    }
  }
}

const formats: { readonly [extension: string]: ((rows: readonly RejectedRow[]) => Iterable<string>) | undefined } = {
  '.csv': rejectsCsv,
  '.ndjson': ndjson,
}

function* ndjson(rows: readonly RejectedRow[]): Generator<string> {
  for (const row of rows) yield `${visibleJson(row)}\n`
}
