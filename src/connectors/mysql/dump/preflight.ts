import type { Finding, ReadPlan } from '../../../model/plan.ts'
import type { DumpIndex, DumpTable } from './catalog/read-index.ts'
import { tableId } from './catalog/read-index.ts'
import { hasCharset } from './decode/choose-form.ts'
import type { DumpFile } from './input/dump-file.ts'
import { isUnknownZone, zoneOffset } from './session.ts'
import { defaultLiteral, leftOut } from './split-bounds.ts'

/** Names that a message lists before it says how many more there are. */
const maxNameCount = 20

/**
 * What the dump does not tell: its own end, the zone of its clocks, the charset of its text, values that it leaves out,
 * digits that it has lost. Only a value that is nowhere is an error.
 */
export function preflightDump(file: DumpFile, index: DumpIndex, reads: readonly ReadPlan[]): readonly Finding[] {
  const tables = reads.flatMap((read): readonly ReadTable[] => {
    const table = index.tables.get(tableId(read.table))
    return table === undefined ? [] : [{ read, table }]
  })
  return [
    ...completeness(index),
    ...spooled(file),
    ...zones(tables),
    ...charsets(tables),
    ...missingValues(tables),
    ...shortFloats(tables),
    ...triggers(tables),
    ...withoutData(file, tables),
  ]
}

interface ReadTable {
  readonly read: ReadPlan
  readonly table: DumpTable
}

function completeness(index: DumpIndex): Finding[] {
  if (index.isComplete) return []
  return [
    {
      level: 'warning',
      code: 'dump-not-completed',
      message:
        'The dump does not end with “-- Dump completed”: the tool may have stopped early, and tables or rows be missing',
      cure: 'Look at what the dump tool said; dump anew if it did not end well.',
    },
  ]
}

function spooled(file: DumpFile): Finding[] {
  if (!file.isSpooled) return []
  return [
    {
      level: 'info',
      code: 'not-resumable',
      message: 'The dump came through a pipe: once this process ends, the run cannot be resumed',
      cure: 'Put the dump into a file first, and name that; or add --spool.',
    },
  ]
}

function zones(tables: readonly ReadTable[]): Finding[] {
  const timed = tables.filter(({ read }) => read.columns.some(({ native }) => native.name === 'timestamp'))
  const findings: Finding[] = []
  const without = timed.filter(({ table }) => table.timeZones.some(isUnknownZone))
  if (without.length > 0) {
    findings.push({
      level: 'warning',
      code: 'no-time-zone',
      message: `The dump does not say in which zone its TIMESTAMPs are (--skip-tz-utc): UTC is taken, in ${namesOf(without)}`,
      cure: `Dump anew without --skip-tz-utc; or put the zone in front: (echo "SET TIME_ZONE='+02:00';"; cat FILE) | transload … mysqldump:-`,
    })
  }
  const named = timed.filter(({ table }) => table.timeZones.some((zone) => zoneOffset(zone) === undefined))
  if (named.length > 0) {
    findings.push({
      level: 'error',
      code: 'TL_S208',
      message: `TIMESTAMPs are written in a zone that is a name and not an offset, in ${namesOf(named)}`,
      cure: 'Dump anew without --skip-tz-utc.',
    })
  }
  return findings
}

/** Charsets of a client that every character can be written in, and that which writes each column's own bytes. */
const lossless = ['utf8mb4', 'binary', 'gb18030']

/** Charsets of columns with characters that take four bytes in UTF-8, which utf8mb3 has no place for. */
const fullCharsets = ['utf8mb4', 'gb18030', 'utf16', 'utf16le', 'utf32']

function charsets(tables: readonly ReadTable[]): Finding[] {
  const withText = tables.filter(({ read }) => read.columns.some(({ native }) => hasCharset(native)))
  const findings: Finding[] = []
  const without = withText.filter(({ table }) => table.charsets.includes(undefined))
  if (without.length > 0) {
    findings.push({
      level: 'warning',
      code: 'no-charset',
      message: `The dump does not say which charset it is written in (--skip-set-charset, --compact): utf8mb4 is taken, in ${namesOf(without)}`,
      cure: `If it is another, say so in front: (echo "SET NAMES latin1;"; cat FILE) | transload … mysqldump:-`,
    })
  }
  const narrow = withText.filter((one) => narrowCharsets(one).length > 0)
  if (narrow.length > 0) {
    const names = [...new Set(narrow.flatMap(narrowCharsets))].join(', ')
    findings.push({
      level: 'warning',
      code: 'narrow-charset',
      message: `The dump is written in ${names}, and what that cannot write is “?” in it already, in ${namesOf(narrow)}`,
      cure: 'Dump anew with --default-character-set=utf8mb4.',
    })
  }
  return findings
}

/** Those that the table's rows are written in, and that may have no place for a character of one of its columns. */
function narrowCharsets({ read, table }: ReadTable): string[] {
  const texts = read.columns.filter(({ native }) => hasCharset(native))
  return table.charsets.flatMap((charset) => {
    if (charset === undefined || lossless.includes(charset)) return []
    return texts.some(({ native }) => isNarrower(charset, native.charset ?? 'utf8mb4')) ? [charset] : []
  })
}

function isNarrower(charset: string, ofColumn: string): boolean {
  if (charset === ofColumn || ofColumn === 'ascii') return false
  return charset === 'utf8mb3' || charset === 'utf8' ? fullCharsets.includes(ofColumn) : true
}

function missingValues(tables: readonly ReadTable[]): Finding[] {
  return tables.flatMap(({ read, table }) =>
    leftOut(table, read)
      .filter((column) => defaultLiteral(column) === undefined)
      .map((column): Finding => {
        const what = column.generated === undefined ? 'column' : 'generated column'
        return {
          level: 'error',
          code: 'TL_S208',
          message: `The dump has no values of the ${what} ${read.dataset}.${column.name}, which the target cannot make by itself`,
          cure: `Leave it out (columns: {${column.name}: {drop: true}}), or read from the server: mysql://.`,
        }
      }),
  )
}

function shortFloats(tables: readonly ReadTable[]): Finding[] {
  const columns = tables.flatMap(({ read }) =>
    read.columns.filter(({ native }) => native.name === 'float').map(({ name }) => `${read.dataset}.${name}`),
  )
  if (columns.length === 0) return []
  return [
    {
      level: 'warning',
      code: 'float-digits',
      message: `Servers print a FLOAT with six digits, and so the dump has no more: ${listOf(columns)}`,
      cure: 'Where all digits matter, read from the server: mysql://.',
    },
  ]
}

/** Dump tools make triggers after the rows; people do not always. */
function triggers(tables: readonly ReadTable[]): Finding[] {
  return tables
    .filter(({ table }) => table.triggers.length > 0)
    .map(({ read, table }) => ({
      level: 'warning',
      code: 'trigger-before-rows',
      message: `A server that loads this file would run ${table.triggers.join(', ')} for each row of ${read.dataset}: what they change is not in the file, and not read`,
      cure: 'Load the file into a server and read it from there (mysql://), or dump that.',
    }))
}

function withoutData(file: DumpFile, tables: readonly ReadTable[]): Finding[] {
  if (tables.length === 0 || tables.some(({ table }) => table.rowCount > 0)) return []
  return [
    {
      level: 'warning',
      code: 'no-rows',
      message: `${file.label} has no rows of these tables: it was made with --no-data`,
    },
  ]
}

function namesOf(tables: readonly ReadTable[]): string {
  return listOf(tables.map(({ read }) => read.dataset))
}

function listOf(names: readonly string[]): string {
  const moreCount = names.length - maxNameCount
  return moreCount > 0 ? `${names.slice(0, maxNameCount).join(', ')} and ${moreCount} more` : names.join(', ')
}
