import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { EngineHandle } from '../support/engines/engine-handle.ts'
import { runCommand } from '../support/engines/run-command.ts'
import type { AcceptanceCase } from './case.ts'

/** Loads a case into a fresh database of the server, by the engine's own client: its files have DELIMITER blocks. */
export async function loadCase(engine: EngineHandle, one: AcceptanceCase, database: string): Promise<void> {
  const create = `DROP DATABASE IF EXISTS \`${database}\`; CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4; USE \`${database}\`;\n`
  // What is expected of the times in them was found in UTC.
  const zone = "SET time_zone = '+00:00';\n"
  await pipe('mariadb', clientArgs(engine), zone + create + one.files.map((file) => sqlFor(engine, file)).join('\n'))
}

/**
 * With GTIDs on, MySQL refuses a statement that changes a table of InnoDB and, by a trigger, one of MyISAM, as sakila's
 * does: there the table is made of InnoDB. MariaDB gets the file as it is. A file holds pictures: a character is a byte.
 */
function sqlFor(engine: EngineHandle, file: string): string {
  const sql = readFileSync(file, 'latin1')
  return engine.name === 'mysql9' ? sql.replaceAll('ENGINE=MyISAM', 'ENGINE=InnoDB') : sql
}

/** Dumps the database as a user would. */
export async function dumpCase(engine: EngineHandle, database: string, path: string): Promise<void> {
  const options = ['--routines', '--triggers', '--single-transaction', `--result-file=${path}`]
  await runCommand('mariadb-dump', [...clientArgs(engine), ...options, database])
}

function clientArgs(engine: EngineHandle): string[] {
  const url = new URL(engine.url)
  return [
    '--no-defaults',
    `--host=${url.hostname}`,
    `--port=${url.port}`,
    `--user=${url.username}`,
    `--password=${url.password}`,
    '--default-character-set=utf8mb4',
  ]
}

async function pipe(program: string, args: readonly string[], input: string): Promise<void> {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] })
  const errors: Buffer[] = []
  child.stderr.on('data', (bytes: Buffer) => void errors.push(bytes))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  child.stdin.on('error', (error) => void errors.push(Buffer.from(String(error))))
  child.stdin.end(Buffer.from(input, 'latin1'))
  const code = await ended
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${Buffer.concat(errors).toString().slice(0, 500)}`)
}
