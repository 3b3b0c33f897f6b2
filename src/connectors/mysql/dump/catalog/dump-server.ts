import type { DumpHeader } from '../../../../format/sql-text/dump-header.ts'
import { parseVersion } from '../../server-facts.ts'

/** The server that a dump is of, as far as the dump tells. */
export interface DumpServer {
  readonly flavor: 'mysql' | 'mariadb'
  readonly version: readonly [number, number, number]
}

const firstMariadbVersion = 10

/** What MariaDB alone prints in a CREATE TABLE, for dumps whose comments were left out. */
const mariadbSigns = /\/\*M!|\bcurrent_timestamp\(\)|\bjson_valid\(`/

/** Undefined where the dump has no comments. mariadb-dump also dumps MySQL: the server's version tells. */
export function readDumpServer({ flavour, serverVersion }: DumpHeader): DumpServer | undefined {
  if (serverVersion === undefined) {
    return flavour === undefined ? undefined : { flavor: flavour, version: versionOf(flavour) }
  }
  const version = parseVersion(serverVersion)
  const isMariadb = /mariadb/i.test(serverVersion) || (flavour === 'mariadb' && version[0] >= firstMariadbVersion)
  return { flavor: isMariadb ? 'mariadb' : 'mysql', version }
}

/** The server by the way that a CREATE TABLE is written; without a sign of MariaDB a MySQL of today. */
export function guessDumpServer(statement: string): DumpServer {
  const flavor = mariadbSigns.test(statement) ? 'mariadb' : 'mysql'
  return { flavor, version: versionOf(flavor) }
}

/** A server of today. */
function versionOf(flavor: DumpServer['flavor']): DumpServer['version'] {
  return flavor === 'mariadb' ? [10, 11, 0] : [8, 0, 0]
}
