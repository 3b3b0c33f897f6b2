import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { CanonicalKind, CanonicalType } from '../../src/model/canonical-type.ts'
import type { Exception, Harness, SeedColumn, SeedRow, SeedTable, World } from './harness.ts'
import { allTypes } from './seed-types.ts'

const nowhere: { readonly [kind in CanonicalKind]?: string } = {
  array: 'the in-memory connector, which the suite plans a target with, has no arrays',
  document: 'no type of MySQL is read as one',
  objectId: 'no type of MySQL is read as one',
  native: 'planned only where both ends are one engine',
}

const fileOrder = 'the order of a file is a key of its own: a table without one has cursors too'
const sameFile = 'a source is the file that its catalog was read from'

/** Laws that a file cannot be held to. */
const exceptions: readonly Exception[] = [
  { test: 'reads an atomic split whole each time, whatever cursor it is given', because: fileOrder },
  { test: 'keeps duplicates of a table without a key', because: fileOrder },
  { test: 'gives the same position while nobody writes, and another one after a write', because: sameFile },
]

/** What the conformance suite needs to exercise dumps, written as a dump tool would. */
export function dumpHarness(isPacked: boolean): Harness {
  const types = allTypes.filter(({ type }) => nowhere[type.kind] === undefined)
  return {
    start: () => startDumpWorld(isPacked),
    source: { consistency: 'snapshot', resumable: true, parallel: !isPacked, census: true },
    hasNetwork: false,
    types: types.map(({ type, values }) => ({ type, values: values.filter((text) => isDumped(type, text)) })),
    withoutTypes: nowhere,
    exceptions,
    propertyRunCount: 6,
  }
}

/** No NaN and no infinities in MySQL; a FLOAT is printed with six digits. */
function isDumped(type: CanonicalType, text: string): boolean {
  if (type.kind === 'inet') return text.includes(':')
  if (type.kind !== 'float32' && type.kind !== 'float64') return true
  return !/NaN|Infinity/.test(text) && (type.kind === 'float64' || !/\d{7}/.test(text.replace('.', '')))
}

/** A folder with one dump in it, which is written anew, under the same name, whenever rows are added. */
export async function startDumpWorld(isPacked: boolean): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'transload-dump-'))
  const path = join(folder, isPacked ? 'world.sql.gz' : 'world.sql')
  const tables = new Map<string, { readonly table: SeedTable; readonly rows: SeedRow[] }>()
  let serial = 0
  const write = async (): Promise<void> => {
    const text = Buffer.from(dumpText([...tables.values()]))
    const partial = `${path}.${++serial}`
    await writeFile(partial, isPacked ? await promisify(gzip)(text) : text)
    await rename(partial, path)
  }
  await write()
  return {
    url: `mysqldump:${path}`,
    async seed(table, rows) {
      const known = tables.get(table.name) ?? { table, rows: [] }
      tables.set(table.name, known)
      known.rows.push(...rows)
      await write()
    },
    async readAll(table) {
      return tables.get(table.name)?.rows ?? []
    },
    async severed() {
      throw new Error('a file has no connection')
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

const rowsPerInsert = 100

function dumpText(tables: readonly { readonly table: SeedTable; readonly rows: readonly SeedRow[] }[]): string {
  const parts = [
    '-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)\n--\n-- Host: localhost    Database: world\n-- Server version\t9.7.4\n',
    "/*!50503 SET NAMES utf8mb4 */;\n/*!40103 SET TIME_ZONE='+00:00' */;\n",
  ]
  for (const { table, rows } of tables) {
    parts.push(`${createSql(table)};\n`)
    for (let from = 0; from < rows.length; from += rowsPerInsert) {
      const values = rows.slice(from, from + rowsPerInsert).map((row) => valuesOf(table, row))
      parts.push(`INSERT INTO ${quoted(table.name)} VALUES ${values.join(',')};\n`)
    }
  }
  parts.push('-- Dump completed on 2026-01-31  3:15:07\n')
  return parts.join('')
}

function createSql({ name, columns, key, indexes = [], foreignKeys = [] }: SeedTable): string {
  const list = (names: readonly string[]): string => `(${names.map(quoted).join(',')})`
  const parts = [
    ...columns.map((column) => `${quoted(column.name)} ${nativeType(column)}${column.nullable ? '' : ' NOT NULL'}`),
    ...(key === undefined ? [] : [`PRIMARY KEY ${list(key)}`]),
    ...indexes.map((one, i) => `KEY ${quoted(`index${i}`)} ${list(one)}`),
    ...foreignKeys.map((one) => {
      const references = `${quoted(one.references)} ${list(one.referencedColumns)}`
      return `CONSTRAINT ${quoted(one.name)} FOREIGN KEY ${list(one.columns)} REFERENCES ${references}`
    }),
  ]
  return `CREATE TABLE ${quoted(name)} (\n  ${parts.join(',\n  ')}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`
}

function nativeType({ name, type }: SeedColumn): string {
  switch (type.kind) {
    case 'bool':
      return 'bit(1)'
    case 'int':
      return `${{ 8: 'tinyint', 16: 'smallint', 32: 'int', 64: 'bigint' }[type.bits]}${type.signed ? '' : ' unsigned'}`
    case 'decimal':
      return `decimal(${type.precision ?? 65},${type.scale ?? 30})`
    case 'float32':
      return 'float'
    case 'float64':
      return 'double'
    case 'text':
      return type.maxLength === undefined ? 'longtext' : `varchar(${type.maxLength})`
    case 'bytes':
      return type.maxLength === undefined ? 'longblob' : `varbinary(${type.maxLength})`
    case 'date':
    case 'json':
    case 'uuid':
    case 'geometry':
      return type.kind
    case 'time':
    case 'interval':
      return `time(${type.precision})`
    case 'timestamp':
      return `datetime(${type.precision})`
    case 'instant':
      return `timestamp(${type.precision})`
    case 'bits':
      return `bit(${type.length})`
    case 'enum':
    case 'set':
      return `${type.kind}(${type.labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(',')})`
    case 'inet':
      return 'inet6'
    default:
      throw new Error(`${name}: MySQL has no type for ${type.kind}`)
  }
}

function valuesOf(table: SeedTable, row: SeedRow): string {
  const values = table.columns.map(({ type }, i) => {
    const text = row[i] ?? null
    return text === null ? 'NULL' : literal(type, text)
  })
  return `(${values.join(',')})`
}

function literal(type: CanonicalType, text: string): string {
  switch (type.kind) {
    case 'bool':
      return text === 'true' ? "b'1'" : "b'0'"
    case 'int':
    case 'decimal':
    case 'float32':
    case 'float64':
      return text
    case 'bits':
      return `b'${text}'`
    case 'bytes':
      return text === '' ? "''" : `0x${text.toUpperCase()}`
    case 'geometry':
      return `0x00000000${text.toUpperCase()}`
    case 'instant':
      return `'${text.replace(/\+00$/, '')}'`
    case 'interval':
      return `'${clockOf(text)}'`
    default:
      return `'${escaped(text)}'`
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['"', '\\"'],
  ['\u001a', '\\Z'],
])

function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- NUL and Ctrl-Z are two of the seven that dump tools escape
  return text.replaceAll(/[\0\n\r\\'"\u001a]/g, (character) => escapes.get(character) ?? character)
}

/** `PT838H59M59S` as `838:59:59`. */
function clockOf(text: string): string {
  const match = /^(-?)PT(\d+)H(\d+)M(\d+)(\.\d+)?S$/.exec(text)
  if (match === null) throw new Error(`${text} is no TIME`)
  const [, sign = '', hours = '', minutes = '', seconds = '', fraction = ''] = match
  return `${sign}${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}:${seconds.padStart(2, '0')}${fraction}`
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
