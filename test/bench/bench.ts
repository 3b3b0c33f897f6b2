import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import type { Plan } from '../../src/model/plan.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import type { EngineHandle } from '../support/engines/engine-handle.ts'
import { startEngine } from '../support/engines/start-engine.ts'
import { buildPackage } from './built-package.ts'
import { measureCommand, measureRun, measureShell, type Measured } from './measure.ts'

/** Rows of 64 MiB go through, and tables are there soon. */
const roomy = ['--max-allowed-packet=256M', '--innodb-buffer-pool-size=1G', '--innodb-log-file-size=1G']

/** What a server has in use that its data is safe with, as `npx transload` finds it: the tests' own engines do without. */
const durable = ['--fsync=on', '--full_page_writes=on', '--wal_level=replica']

/** MariaDB with the tables, PostgreSQL 15 that syncs what it commits, and transload as it is shipped. */
export class Bench implements AsyncDisposable {
  readonly connection: mysql.Connection
  /** The command line of MariaDB's client, up to its statement. */
  readonly client: string
  readonly folder: string
  readonly #source: EngineHandle
  readonly #target: EngineHandle
  readonly #program: string

  static async open(): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'transload-bench-'))
    const built = join(folder, 'package')
    await mkdir(built)
    const program = await buildPackage(built)
    const source = await startEngine('mariadb', roomy)
    const target = await startEngine('postgres15', durable)
    const connection = await mysql.createConnection(source.url)
    await connection.query('SET sql_log_bin = 0')
    return new Bench(folder, source, target, program, connection)
  }

  private constructor(
    folder: string,
    source: EngineHandle,
    target: EngineHandle,
    program: string,
    connection: mysql.Connection,
  ) {
    this.folder = folder
    this.connection = connection
    this.#source = source
    this.#target = target
    this.#program = program
    this.client = `mariadb ${this.clientArgs}`
  }

  /** How any of MariaDB's programs reaches the source. */
  get clientArgs(): string {
    const url = new URL(this.#source.url)
    return `--no-defaults -h${url.hostname} -P${url.port} -u${url.username} -p${url.password} --default-character-set=utf8mb4 --max-allowed-packet=256M`
  }

  /** Makes the database anew, fills it by `fill` on `connection`, and returns its URL. */
  async sourceDatabase(name: string, fill: () => Promise<unknown>): Promise<string> {
    await this.connection.query(`DROP DATABASE IF EXISTS ${name}`)
    await this.connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
    await this.connection.query(`USE ${name}`)
    await fill()
    return `${this.#source.url}${name}`
  }

  async targetDatabase(): Promise<TestDatabase> {
    return await createDatabase(this.#target.url, 'bench')
  }

  /** One run into an empty database, which is gone afterwards. */
  async migrate(from: string, args: readonly string[]): Promise<Measured> {
    await using fresh = await this.targetDatabase()
    return await this.migrateInto(fresh, from, args)
  }

  async migrateInto(database: TestDatabase, from: string, args: readonly string[]): Promise<Measured> {
    return await measureRun(this.#program, ['--source', from, '--target', database.url, ...args], this.folder)
  }

  /** `run` with these arguments, which ends with `expected`. */
  async carryOut(args: readonly string[], expected: number): Promise<Measured> {
    return await measureRun(this.#program, args, this.folder, expected)
  }

  /** One comparison of two databases, which ends with `expected`. */
  async validate(
    from: string,
    to: string,
    expected = 0,
    more: readonly string[] = [],
  ): Promise<Omit<Measured, 'summary'>> {
    const args = ['validate', '--source', from, '--target', to, '--json', ...more]
    return await measureCommand(this.#program, args, this.folder, expected)
  }

  /** What `run` would do, by `plan --out`. */
  async plan(from: string): Promise<Plan> {
    await using fresh = await this.targetDatabase()
    const file = join(this.folder, 'plan.json')
    await rm(file, { force: true })
    const ends = `--source '${from}' --target '${fresh.url}' --out '${file}'`
    await measureShell(`'${process.execPath}' '${this.#program}' plan ${ends}`)
    return JSON.parse(await readFile(file, 'utf8')) as Plan
  }

  async describe(): Promise<string> {
    await using fresh = await this.targetDatabase()
    const [row] = await fresh.query("SELECT current_setting('fsync') AS fsync, current_setting('server_version') AS v")
    return `MariaDB ${this.#source.version} → PostgreSQL ${String(row?.['v'])}, fsync=${String(row?.['fsync'])}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection.end()
    await this.#target.stop()
    await this.#source.stop()
    await rm(this.folder, { recursive: true })
  }
}

export function print(what: string, value: number, remark = ''): void {
  console.log(`${what.padEnd(56)} ${value.toFixed(3).padStart(9)}  ${remark}`)
}
