import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import type { RunSummary } from '../../src/model/run-summary.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import type { EngineHandle } from '../support/engines/engine-handle.ts'

// None of these may change an answer: where transload runs, and for the target's database.
const environment = { TZ: 'Pacific/Chatham', PGTZ: 'America/St_Johns', PGDATESTYLE: 'German', LC_ALL: 'tr_TR.UTF-8' }
const targetSettings = {
  DateStyle: "'SQL, DMY'",
  IntervalStyle: "'sql_standard'",
  TimeZone: "'Asia/Kathmandu'",
  bytea_output: "'escape'",
  extra_float_digits: '-15',
  default_transaction_isolation: "'serializable'",
}

const program = resolve(import.meta.dirname, '../../bin/transload.js')

/** Runs a command with `--json`, and gives the document that it prints. @param work Where it runs */
export async function transload<Summary = RunSummary>(
  work: string,
  args: readonly string[],
  secrets: Readonly<Record<string, string>> = {},
): Promise<Summary> {
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: work,
    env: { ...process.env, ...environment, ...secrets },
  })
  const output: Buffer[] = []
  child.stdout.on('data', (bytes: Buffer) => void output.push(bytes))
  await new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', done)
  })
  return JSON.parse(Buffer.concat(output).toString()) as Summary
}

/** A database whose settings are none that anybody expects. */
export async function oddDatabase(engine: EngineHandle): Promise<TestDatabase> {
  const database = await createDatabase(engine.url, 'acceptance')
  // For sessions that are opened from now on: ours, which reads what came of it, is open by the first of them.
  for (const [setting, value] of Object.entries(targetSettings)) {
    await database.query(`ALTER DATABASE "${database.name}" SET ${setting} = ${value}`)
  }
  return database
}
