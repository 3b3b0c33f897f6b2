import type { OpenOptions } from '../../../contract/connector.ts'
import type { Target } from '../../../contract/target.ts'
import type { DatasetPlan, Finding, OutputPlan } from '../../../model/plan.ts'
import { outputsOf } from '../../../model/plan.ts'
import { MongoDatabase } from './client.ts'
import { maxNameBytes, schemaBeside } from './collection-name.ts'
import { countCollections } from './count.ts'
import { openMongoContents } from './contents.ts'
import { adoptTables, renderTables } from './ddl.ts'
import { isOddField } from './definition.ts'
import { describeCollections } from './describe.ts'
import { isEncoder } from './encode/cell-encoder.ts'
import { chooseEncoder } from './encode/choose.ts'
import { fieldTypes } from './field-type.ts'
import { runFinishStep } from './finish.ts'
import { MongoKeyMaps } from './key-maps.ts'
import type { MongoPlace } from './place.ts'
import { MongoStateStore } from './state.ts'
import { openWriter } from './writer.ts'

/** Opens a database of MongoDB to write to. @throws TL_T301, TL_T303 where it cannot be had */
export async function openMongoTarget(place: MongoPlace, _options: OpenOptions, signal: AbortSignal): Promise<Target> {
  const database = await MongoDatabase.open(place, signal)
  return {
    label: place.label,
    version: database.version,
    defaultSchema: place.database,
    maxNameBytes,
    state: new MongoStateStore(database),
    keyMaps: (of, isWriting) => new MongoKeyMaps(database, of, isWriting),
    cannotEncode(type, fieldType) {
      const choice = chooseEncoder(type, fieldType)
      return isEncoder(choice) ? undefined : choice.refused
    },
    suggestType: (text) => fieldTypes.find((type) => type.toLowerCase() === text.toLowerCase() && type !== text),
    textEquality: (fieldType) => (fieldType === 'string' ? 'same characters' : undefined),
    describe: (tables, abort, isOwn) => describeCollections(database, tables, abort, isOwn),
    schemaBeside,
    render: (tables) => renderTables(tables),
    adopt: adoptTables,
    quoteName: ({ schema, name }) => `${schema}.${name}`,
    preflight: (datasets) => Promise.resolve(findingsOf(datasets)),
    openWriter: (lane, abort) => openWriter(database, lane, abort),
    finish: (run, fence, step, abort) => runFinishStep(database, run, fence, step, abort),
    count: (questions, abort) => countCollections(database, questions, abort),
    openContents: () => Promise.resolve(openMongoContents(database)),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

function findingsOf(datasets: readonly DatasetPlan[]): readonly Finding[] {
  return datasets.flatMap(outputsOf).flatMap((output) => [...keyFindings(output), ...oddFields(output)])
}

/** Rows whose documents could not be told apart, or from others. */
function keyFindings({ table, writes }: OutputPlan): readonly Finding[] {
  const key = table.primaryKey?.columns ?? []
  const columns = writes.flatMap((write) => write.columns)
  if (columns.some(({ type }) => type.kind === 'native')) return []
  const typeOf = (column: string): string => table.columns.find(({ name }) => name === column)?.type ?? ''
  const cut = columns.filter(({ name, type }) => {
    const encoder = chooseEncoder(type, typeOf(name))
    return key.includes(name) && isEncoder(encoder) && encoder.loss !== undefined
  })
  const hasOwnId = columns.some(({ name }) => name === '_id') && !key.includes('_id')
  return [
    ...cut.map(({ name }): Finding => ({
      level: 'error',
      code: 'cut-key',
      message: `${table.name.name}: ${name} is of the key and has microseconds, which a date of MongoDB does not: two rows could be one`,
      cure: `Keep all of its digits: columns: {${name}: {type: text}}.`,
    })),
    ...(hasOwnId
      ? [
          {
            level: 'error',
            code: 'own-id',
            message: `${table.name.name}: a column is called _id that is not the key, and the key's place in a document is _id`,
            cure: 'Rename it (columns: {_id: {to: …}}), or leave it out.',
          } satisfies Finding,
        ]
      : []),
  ]
}

/** Names that a document may have, and that queries and updates take for something else. */
function oddFields({ table, writes }: OutputPlan): readonly Finding[] {
  const key = new Set(table.primaryKey?.columns)
  const names = writes
    .flatMap(({ columns }) => columns.flatMap(({ name, type }) => (type.kind === 'native' ? [] : name)))
    .filter((name) => !key.has(name))
  const odd = names.filter(isOddField)
  if (odd.length === 0) return []
  return [
    {
      level: 'warning',
      code: 'odd-field',
      message: `${table.name.name}: MongoDB takes ${odd.join(', ')} for a path in queries, updates and indexes`,
      cure: 'Rename it (columns: {NAME: {to: …}}).',
    },
  ]
}
