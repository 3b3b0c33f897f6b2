import { typeText } from '../../src/canonical/type-text.ts'
import { memoryDatabase } from '../../src/connectors/memory/index.ts'
import type { ColumnInfo, TableInfo } from '../../src/model/relation.ts'
import type { Harness, SeedColumn, SeedTable, World } from './harness.ts'
import { allTypes } from './seed-types.ts'

let serial = 0

/** A database of the in-memory connector that no other test has. */
export function startMemoryWorld(): Promise<World> {
  const name = `world${++serial}`
  const database = memoryDatabase(name)
  const url = `memory:${name}`
  return Promise.resolve({
    url,
    seed(table, rows) {
      const there = database.get({ schema: 'main', name: table.name })
      database.put(there?.info ?? memoryTable(table), [...(there?.rows ?? []), ...rows])
      return Promise.resolve()
    },
    readAll(table) {
      const found = database.get({ schema: 'main', name: table.name })
      if (found === undefined) return Promise.reject(new Error(`there is no table ${table.name}`))
      const places = table.columns.map((column) => found.info.columns.findIndex((one) => one.name === column.name))
      return Promise.resolve(found.rows.map((row) => places.map((place) => row[place] ?? null)))
    },
    severed() {
      return Promise.resolve({
        url,
        cut: noConnection,
        halfOpen: noConnection,
        stall: noConnection,
        loseNextAnswer: () => database.faults.push('lose-answer'),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      })
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  })
}

function noConnection(): never {
  throw new Error('the in-memory connector has no connection to break')
}

export function memoryTable(table: SeedTable): TableInfo {
  const index = (
    name: string,
    kind: 'primary' | 'index',
    columns: readonly string[],
  ): TableInfo['indexes'][number] => ({
    name,
    kind,
    parts: columns.map((column) => ({ column, descending: false })),
    visible: true,
    method: 'btree',
    comment: '',
  })
  const primary = table.key === undefined ? [] : [index('primary', 'primary', table.key)]
  const others = (table.indexes ?? []).map((columns, i) => index(`${table.name}_${i}`, 'index', columns))
  return {
    name: { schema: 'main', name: table.name },
    columns: table.columns.map(memoryColumn),
    indexes: [...primary, ...others],
    foreignKeys: (table.foreignKeys ?? []).map((key) => ({
      ...key,
      references: { schema: 'main', name: key.references },
      onUpdate: 'no action',
      onDelete: 'no action',
    })),
    checks: [],
    comment: '',
    storage: 'memory',
    transactional: true,
    rowEstimate: 0,
    byteEstimate: 0,
    partitionCount: 0,
    systemVersioned: false,
  }
}

function memoryColumn({ name, type, nullable }: SeedColumn): ColumnInfo {
  const text = typeText(type)
  const inner = /^\w+\(([\d,]*)\)$/.exec(text)?.[1]
  const labels = type.kind === 'enum' || type.kind === 'set' ? { labels: type.labels } : {}
  return {
    name,
    native: {
      name: type.kind === 'int' && !type.signed ? 'uint' : type.kind,
      text,
      args: inner === undefined || inner === '' ? [] : inner.split(',').map(Number),
      ...labels,
    },
    nullable,
    autoIncrement: false,
    invisible: false,
    comment: '',
  }
}

export const memoryHarness: Harness = {
  start: startMemoryWorld,
  source: { consistency: 'snapshot', resumable: true, parallel: true, census: false },
  hasNetwork: false,
  types: allTypes.filter(({ type }) => type.kind !== 'array'),
  withoutTypes: {
    array: 'no mapping rule knows it',
    native: 'planned only where both ends are one engine',
  },
  exceptions: [
    {
      test: 'rejects a row that the table’s own key refuses, and writes the others',
      because: 'it enforces NOT NULL and no other constraint',
    },
  ],
  propertyRunCount: 50,
}
