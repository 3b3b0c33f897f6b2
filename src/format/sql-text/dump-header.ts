import { Buffer } from 'node:buffer'
import { skipSpace } from './statement-end.ts'
import { isStatementWord } from './statement-words.ts'

/** What the comments at the head of a dump say. */
export interface DumpHeader {
  /** `mysqldump`, also of the servers before MariaDB named its own; undefined: no header comment. */
  readonly tool: 'mysqldump' | 'mariadb-dump' | undefined
  readonly flavour: 'mysql' | 'mariadb' | undefined
  /** Of the server that was dumped: `9.7.4`, `10.11.6-MariaDB-1-log`. */
  readonly serverVersion: string | undefined
  /** The database named on the command line; undefined where several were. */
  readonly database: string | undefined
}

/**
 * Reads the comments at the head of a dump from its first bytes (one KiB is enough). With `--skip-comments` or
 * `--compact` there are none.
 */
export function parseDumpHeader(first: Uint8Array): DumpHeader {
  const text = Buffer.from(first.buffer, first.byteOffset, Math.min(first.length, 4096)).toString('utf8')
  const toolLine = /^-- (MySQL|MariaDB) dump .*$/m.exec(text)
  const serverVersion = /^-- Server version\t(\S+)/m.exec(text)?.[1]
  const database = /^-- Host: .*? {4}Database: (.*?)\r?$/m.exec(text)?.[1]
  const version = `${toolLine?.[0] ?? ''} ${serverVersion ?? ''}`
  const tool = toolLine === null ? undefined : toolLine[1] === 'MariaDB' ? 'mariadb-dump' : 'mysqldump'
  const sandbox = /^\/\*M?!999999\\- /m.test(text)
  const flavour = /MariaDB/i.test(version) || sandbox ? 'mariadb' : tool === undefined ? undefined : 'mysql'
  return { tool, flavour, serverVersion, database: database === undefined || database === '' ? undefined : database }
}

const toolLine = /^(?:mysqldump|mariadb-dump)(?:\.exe)?: |^Warning: |^In order to ensure a consistent backup /
/** pg_dump's own header: its SQL starts like ours. */
const otherDump = /^-- PostgreSQL database (?:cluster )?dump/m

/**
 * True if a file that starts with these bytes (one KiB is enough) can be a dump: after blanks, comments and messages of
 * the dump tool comes a statement, or the comments go on to the end. False for an empty file and for pg_dump's.
 */
export function looksLikeDump(first: Uint8Array): boolean {
  const bytes = first.subarray(0, 4096)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let commentSeen = false
  if (otherDump.test(buffer.toString('latin1'))) return false
  for (;;) {
    at = skipSpace(bytes, at, bytes.length)
    if (at >= bytes.length) return commentSeen
    const rest = buffer.toString('latin1', at)
    if (rest.startsWith('/*!') || rest.startsWith('/*M!')) return true
    const word = /^[A-Za-z]+(?=[\s;`"(]|$)/.exec(rest)?.[0]
    if (word !== undefined && isStatementWord(word)) return true
    let length: number
    if (/^--\s|^#/.test(rest)) length = lineLength(rest)
    else if (rest.startsWith('/*')) length = rest.indexOf('*/') < 0 ? rest.length : rest.indexOf('*/') + 2
    else if (toolLine.test(rest)) length = lineLength(rest)
    else return false
    commentSeen = true
    at += length
  }
}

function lineLength(text: string): number {
  const newline = text.indexOf('\n')
  return newline < 0 ? text.length : newline + 1
}
