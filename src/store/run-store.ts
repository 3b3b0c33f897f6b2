import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { RunSummary } from '../model/run-summary.ts'

/** How long to wait for another process that writes. */
const busyTimeoutMs = 5_000
const schemaVersion = 1

/** A run as this machine remembers it. The truth about a run is in its target. */
export interface RememberedRun {
  readonly run: string
  /**
   * `running`: its process is alive. `unfinished`: its process ended without a word, or cannot be asked because it is
   * another machine's.
   */
  readonly status: 'running' | 'unfinished' | RunSummary['status']
  readonly exitCode: number | null
  readonly startedAt: string
  readonly finishedAt: string | null
  readonly source: string
  readonly target: string
  /** Absolute path of the last report. */
  readonly reportDirectory: string | null
  /** The `RunSummary` of its last attempt; null where it has not ended. */
  readonly summary: unknown
}

export interface BegunRun {
  readonly run: string
  readonly startedAt: string
  readonly source: string
  readonly target: string
}

/**
 * Copies of runs on this machine, for `runs` and `show`: an SQLite file that any number of processes use at once. Holds
 * labels and summaries, never a secret and never a row.
 */
export class RunStore implements Disposable {
  readonly #database: DatabaseSync

  /** Opens the file, made with its directory where it is missing. @throws what node:sqlite or the file system says */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    this.#database = new DatabaseSync(path, { timeout: busyTimeoutMs })
    try {
      patiently(() => this.#prepare())
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  #prepare(): void {
    const mode = this.#database.prepare('PRAGMA journal_mode').get()?.['journal_mode']
    if (mode !== 'wal') this.#database.exec('PRAGMA journal_mode = WAL')
    this.#database.exec('PRAGMA synchronous = NORMAL')
    const found = this.#version()
    if (found > schemaVersion) {
      throw new Error(`it was written by a newer version of transload (${found}, this one knows ${schemaVersion})`)
    }
    if (found === schemaVersion) return
    this.#database.exec(`
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS runs (
        run TEXT PRIMARY KEY,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        status TEXT NOT NULL,
        exit_code INTEGER,
        source TEXT NOT NULL,
        target TEXT NOT NULL,
        report_directory TEXT,
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        summary TEXT
      ) STRICT;
      CREATE INDEX IF NOT EXISTS runs_by_start ON runs (started_at);
      PRAGMA user_version = ${schemaVersion};
      COMMIT;
    `)
  }

  #version(): number {
    return Number(this.#database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
  }

  /** Notes that this process works on a run. Another attempt at a run that is known keeps its first start. */
  begin({ run, startedAt, source, target }: BegunRun): void {
    this.#database
      .prepare(
        `INSERT INTO runs (run, started_at, status, source, target, host, pid)
         VALUES (?, ?, 'running', ?, ?, ?, ?)
         ON CONFLICT (run) DO UPDATE SET status = 'running', finished_at = NULL, exit_code = NULL, summary = NULL,
           host = excluded.host, pid = excluded.pid`,
      )
      .run(run, startedAt, source, target, hostname(), process.pid)
  }

  /** Notes how an attempt ended. A summary without a run is not kept: there is nothing to go back to. */
  end(summary: RunSummary, reportDirectory: string | undefined): void {
    if (summary.run === null) return
    const { run, startedAt, finishedAt, status, exitCode, source, target } = summary
    this.#database
      .prepare(
        `INSERT INTO runs (run, started_at, finished_at, status, exit_code, source, target, report_directory, host, pid, summary)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (run) DO UPDATE SET finished_at = excluded.finished_at, status = excluded.status,
           exit_code = excluded.exit_code, summary = excluded.summary,
           report_directory = coalesce(excluded.report_directory, report_directory)`,
      )
      .run(
        run,
        startedAt,
        finishedAt,
        status,
        exitCode,
        source,
        target,
        reportDirectory ?? null,
        hostname(),
        process.pid,
        JSON.stringify(summary),
      )
  }

  /** The newest first. */
  list(limit: number): RememberedRun[] {
    const rows = this.#database.prepare('SELECT * FROM runs ORDER BY started_at DESC, run DESC LIMIT ?').all(limit)
    return rows.map(remembered)
  }

  /** By its whole id, or by a beginning that only one run has. */
  find(run: string): RememberedRun | undefined {
    const exact = this.#database.prepare('SELECT * FROM runs WHERE run = ?').get(run)
    if (exact !== undefined) return remembered(exact)
    const rows = this.#database.prepare('SELECT * FROM runs WHERE substr(run, 1, ?) = ? LIMIT 2').all(run.length, run)
    return rows.length === 1 && rows[0] !== undefined ? remembered(rows[0]) : undefined
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

const sqliteBusy = 5

/**
 * Turning a new file into one with a write-ahead log needs it alone, and two processes that want this at once are told
 * so without the wait that any other statement has.
 */
function patiently(work: () => void): void {
  const deadlineMs = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      work()
      return
    } catch (error) {
      const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined
      if (code !== sqliteBusy || performance.now() > deadlineMs) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20 + Math.random() * 30)
    }
  }
}

type Row = { readonly [column: string]: SQLOutputValue }

function remembered(row: Row): RememberedRun {
  const text = (column: string): string => String(row[column])
  const textOrNull = (column: string): string | null => (row[column] === null ? null : text(column))
  const summary = textOrNull('summary')
  return {
    run: text('run'),
    status: statusOf(row),
    exitCode: row['exit_code'] === null ? null : Number(row['exit_code']),
    startedAt: text('started_at'),
    finishedAt: textOrNull('finished_at'),
    source: text('source'),
    target: text('target'),
    reportDirectory: textOrNull('report_directory'),
    summary: summary === null ? null : (JSON.parse(summary) as unknown),
  }
}

function statusOf(row: Row): RememberedRun['status'] {
  const status = String(row['status'])
  if (status === 'ok' || status === 'failed' || status === 'interrupted') return status
  return row['host'] === hostname() && isAlive(Number(row['pid'])) ? 'running' : 'unfinished'
}

/** Whether a process of this machine lives. A number that was given out again may answer for another. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
