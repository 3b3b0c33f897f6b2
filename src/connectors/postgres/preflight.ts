import { statfs } from 'node:fs/promises'
import { type DatasetPlan, definedOnce, type Finding, type OutputPlan, outputsOf } from '../../model/plan.ts'
import { isSameName, type QualifiedName } from '../../model/relation.ts'
import type { Sessions } from '../sql/session.ts'
import { type TargetFacts, targetFacts } from './preflight-facts.ts'
import { foreignTypesOf, isMade, typeFindings } from './preflight-types.ts'
import { quoteLiteral, quoteName, quoteQualified } from './quote.ts'
import { rowSizeFindings } from './row-size.ts'

const oldestVersion = 13
const newestVersion = 18
/** Hard limit of a PostgreSQL table. */
const maxColumnCount = 1600
/** Of every table, and so no names for columns (PostgreSQL, System Columns). */
const systemColumns = ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']
/** Locks that one CREATE TABLE keeps until the end of its transaction: table, TOAST table and its index, a sequence. */
const locksPerTable = 4

/**
 * What would keep a load from ending well, found out before anything is written: version, encoding, a server that only
 * reads, privileges with the exact GRANT, names and types that are missing or taken, room. Reads only; no superuser is
 * needed, neither for this nor for the load.
 *
 * A schema that is missing is a `warning` with the code TL_T305: the prepare statements make it, where somebody says yes.
 */
export async function preflightTarget(
  sessions: Sessions,
  label: string,
  datasets: readonly DatasetPlan[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const outputs = definedOnce(datasets.flatMap(outputsOf))
  const question = {
    tables: namesOf(outputs),
    enums: outputs
      .flatMap(({ table, beside }) => [...table.enumTypes, ...(beside?.enumTypes ?? [])])
      .map(({ name }) => name),
    types: foreignTypesOf(outputs),
  }
  const facts = await targetFacts(sessions, question, signal)
  return [
    ...serverFindings(facts, label),
    ...schemaFindings(facts, new Set(outputs.flatMap(({ beside }) => beside?.name.schema ?? []))),
    ...outputs.flatMap((output) => tableFindings(output, facts)),
    ...outputs.flatMap(rowSizeFindings),
    ...typeFindings(facts, outputs),
    ...localeFindings(facts, outputs),
    ...lockFindings(facts, outputs),
    ...(await roomFindings(facts, datasets)),
  ]
}

function serverFindings(facts: TargetFacts, label: string): readonly Finding[] {
  const findings: Finding[] = []
  const major = Math.floor(facts.versionNumber / 10_000)
  if (major < oldestVersion) {
    findings.push({
      level: 'error',
      code: 'TL_T304',
      message: `${label} is PostgreSQL ${facts.version}: ${oldestVersion} is the oldest that transload writes to`,
      cure: `Upgrade the server to PostgreSQL ${oldestVersion} or later.`,
    })
  } else if (major > newestVersion) {
    const message = `${label} is PostgreSQL ${facts.version}, which is newer than any that transload was tested with`
    findings.push({ level: 'warning', code: 'TL_T304', message })
  }
  if (facts.encoding !== 'UTF8') {
    findings.push({
      level: 'error',
      code: 'TL_T304',
      message: `The database ${quoteName(facts.database)} has the encoding ${facts.encoding}, which cannot hold every text`,
      cure: `CREATE DATABASE ${quoteName(`${facts.database}_utf8`)} ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0; and name it in the URL.`,
    })
  }
  if (facts.isInRecovery) {
    findings.push({
      level: 'error',
      code: 'TL_T304',
      message: `${label} is a standby: it takes no writes`,
      cure: 'Connect to the primary server.',
    })
  } else if (facts.isReadOnly) {
    findings.push({
      level: 'error',
      code: 'TL_T304',
      message: `Sessions of ${quoteName(facts.user)} are read-only (default_transaction_read_only)`,
      cure: `ALTER ROLE ${quoteName(facts.user)} SET default_transaction_read_only = off;`,
    })
  }
  if (!facts.mayMakeTemporary) {
    findings.push({
      level: 'warning',
      code: 'TL_T304',
      message: `${quoteName(facts.user)} may not make temporary tables: batches with many bad rows are taken apart more slowly`,
      cure: `GRANT TEMPORARY ON DATABASE ${quoteName(facts.database)} TO ${quoteName(facts.user)};`,
    })
  }
  for (const slot of facts.idleSlots) {
    findings.push({
      level: 'warning',
      code: 'TL_T306',
      message: `The replication slot ${slot} has no reader: the server keeps the log of the whole load for it, and may run out of room`,
      cure: `SELECT pg_drop_replication_slot(${quoteLiteral(slot).trim()}); or start its reader.`,
    })
  }
  return findings
}

/** @param ours Schemas that a run makes and removes, like the state's: nobody is asked about them. */
function schemaFindings(facts: TargetFacts, ours: ReadonlySet<string>): readonly Finding[] {
  const findings: Finding[] = []
  const user = quoteName(facts.user)
  const missing = facts.schemas.filter((schema) => !schema.exists)
  if (missing.length > 0 && !facts.mayCreateSchema) {
    const names = missing.map((schema) => quoteName(schema.name)).join(', ')
    findings.push({
      level: 'error',
      code: 'TL_T304',
      message: `${user} may not make the missing ${missing.length === 1 ? 'schema' : 'schemas'} ${names}`,
      cure: `GRANT CREATE ON DATABASE ${quoteName(facts.database)} TO ${user};`,
    })
  }
  for (const schema of missing.filter((one) => !one.isState && !ours.has(one.name))) {
    findings.push({
      level: 'warning',
      code: 'TL_T305',
      message: `The schema ${quoteName(schema.name)} does not exist in the target`,
      cure: `A run makes it with --yes, and without it only asks; or name another one with ?schema=NAME, or make it:\nCREATE SCHEMA ${quoteName(schema.name)};`,
    })
  }
  for (const schema of facts.schemas.filter((one) => one.exists && !(one.mayUse && one.mayCreate))) {
    findings.push({
      level: 'error',
      code: 'TL_T304',
      message: `${user} may not make tables in the schema ${quoteName(schema.name)}`,
      cure: `GRANT USAGE, CREATE ON SCHEMA ${quoteName(schema.name)} TO ${user};`,
    })
  }
  return findings
}

function tableFindings(output: OutputPlan, facts: TargetFacts): readonly Finding[] {
  const findings: Finding[] = []
  const { table } = output
  const user = quoteName(facts.user)
  if (table.columns.length > maxColumnCount) {
    findings.push({
      level: 'error',
      code: 'TL_T308',
      message: `${quoteQualified(table.name)} would have ${table.columns.length} columns; PostgreSQL's limit is ${maxColumnCount}`,
      cure: 'Leave columns out (columns: {drop: true}), or split the table.',
    })
  }
  for (const { name } of table.columns.filter((column) => systemColumns.includes(column.name))) {
    findings.push({
      level: 'error',
      code: 'TL_T308',
      message: `${quoteQualified(table.name)} cannot have a column ${name}: every table of PostgreSQL has one of its own`,
      cure: `Give it another name (columns: {${name}: {to: …}}), or leave it out (columns: {${name}: {drop: true}}).`,
    })
  }
  for (const name of namesOf([output])) {
    const existing = facts.relations.find((one) => isSameName(one, name))
    if (!existing) continue
    const own = quoteQualified(name)
    if (existing.kind !== 'table') {
      findings.push({
        level: 'error',
        code: 'TL_T308',
        message: `The name ${own} is taken by a ${existing.kind}`,
        cure: `DROP ${existing.kind.toUpperCase()} ${own}; or give the dataset another name under to:.`,
      })
      continue
    }
    if (output.beside !== undefined && isSameName(name, output.beside.name)) {
      findings.push({
        level: 'error',
        code: 'TL_T308',
        message: `${own} is there already: a run that is not finished replaces ${quoteQualified(table.name)}`,
        cure: `Let that run go on. If it is dead, and cannot be gone on with, drop ${own}.`,
      })
      continue
    }
    const lacking = privilegesFor(output.mode).filter((privilege) => !existing.privileges.includes(privilege))
    if (lacking.length > 0) {
      findings.push({
        level: 'error',
        code: 'TL_T304',
        message: `${user} lacks ${lacking.join(', ')} on ${own}`,
        cure: `GRANT ${lacking.join(', ')} ON TABLE ${own} TO ${user};`,
      })
    }
    if (output.mode === 'replace' && !existing.isOwner) {
      findings.push({
        level: 'error',
        code: 'TL_T304',
        message: `${own} belongs to ${quoteName(existing.owner)}: only its owner may replace it`,
        cure: `Connect as ${quoteName(existing.owner)}.`,
      })
    }
  }
  return findings
}

function privilegesFor(mode: DatasetPlan['mode']): readonly string[] {
  switch (mode) {
    case 'merge':
      return ['SELECT', 'INSERT', 'UPDATE']
    case 'truncate':
      return ['SELECT', 'INSERT', 'TRUNCATE']
    case 'replace':
      return ['SELECT']
    case 'create':
    case 'append':
      return ['SELECT', 'INSERT']
  }
}

function localeFindings(facts: TargetFacts, outputs: readonly OutputPlan[]): readonly Finding[] {
  const isConcerned = outputs.some(({ table }) => table.columns.some((column) => column.generated))
  if (facts.knowsAllLetters || !isConcerned) return []
  return [
    {
      level: 'warning',
      code: 'TL_T308',
      message: `In the database ${quoteName(facts.database)} upper() and lower() know the letters A to Z only: generated columns that use them may differ`,
      cure: `CREATE DATABASE … LOCALE 'C.UTF-8' TEMPLATE template0; and name it in the URL.`,
    },
  ]
}

function lockFindings(facts: TargetFacts, outputs: readonly OutputPlan[]): readonly Finding[] {
  const created = outputs.filter((output) => isMade(output, facts))
  const lockCount = created.length * locksPerTable
  if (lockCount < facts.lockRoom) return []
  const perTransaction = Math.ceil((lockCount * 1.5 * facts.locksPerTransaction) / facts.lockRoom)
  return [
    {
      level: 'error',
      code: 'TL_T306',
      message: `${created.length} tables are made in one transaction, which takes about ${lockCount} locks; the server has room for ${facts.lockRoom}`,
      cure: `ALTER SYSTEM SET max_locks_per_transaction = ${perTransaction}; and restart the server.`,
    },
  ]
}

/**
 * The server does not tell how much room it has. Only where its data directory is seen on this very machine is the room
 * looked at; elsewhere the need is stated.
 */
async function roomFindings(facts: TargetFacts, datasets: readonly DatasetPlan[]): Promise<readonly Finding[]> {
  const need = datasets.reduce((sum, dataset) => sum + byteNeed(dataset), 0)
  if (need === 0) return []
  const free = facts.localDataDirectory === undefined ? undefined : await freeBytes(facts.localDataDirectory)
  const estimate = `The load needs about ${megabytes(need)} for rows and indexes, and up to ${megabytes(facts.maxWalBytes)} more for the log`
  if (free === undefined)
    return [{ level: 'info', code: 'TL_T306', message: `${estimate}; how much is free is not known` }]
  if (free > need + facts.maxWalBytes)
    return [{ level: 'info', code: 'TL_T306', message: `${estimate}; ${megabytes(free)} are free` }]
  return [
    {
      level: 'warning',
      code: 'TL_T306',
      message: `${estimate}, but only ${megabytes(free)} are free`,
      cure: 'Free space or add a volume. A run that fills the disk can be resumed once there is room again.',
    },
  ]
}

/** A row has a header of 24 bytes, a pointer of 4 and some padding; an index entry about 24 bytes. */
function byteNeed(dataset: DatasetPlan): number {
  const indexCount = dataset.table.indexes.length + (dataset.table.primaryKey ? 1 : 0)
  return dataset.byteEstimate + dataset.rowEstimate * (36 + 24 * indexCount)
}

async function freeBytes(directory: string): Promise<number | undefined> {
  try {
    const room = await statfs(directory)
    return room.bavail * room.bsize
  } catch {
    // Another container's path, or one that this user may not see: then it is not known.
    return undefined
  }
}

function megabytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1_000_000)).toLocaleString('en-US')} MB`
}

function namesOf(outputs: readonly OutputPlan[]): readonly QualifiedName[] {
  const names = outputs.flatMap(({ table, writes }) => [table.name, ...writes.map(({ to }) => to)])
  return [...new Map(names.map((name) => [quoteQualified(name), name])).values()]
}
