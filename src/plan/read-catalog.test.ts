import { describe, expect, it } from 'vitest'
import { memoryTable } from '../../test/support/memory-table.ts'
import { loadPipeline } from '../config/load-pipeline.ts'
import type { PipelineFile } from '../config/pipeline-file.ts'
import type { Catalog } from '../model/relation.ts'
import { readCatalog } from './read-catalog.ts'
import { selectTables } from './select-tables.ts'

const people = memoryTable('people', { id: 'int' })
const catalog: Catalog = {
  tables: [people, { ...memoryTable('seen', { id: 'int' }), view: '{"viewOn":"people"}' }],
  others: [],
  fingerprint: 'plain',
}
const own: Catalog = { ...catalog, isOwn: true, fingerprint: 'own' }

async function look(of: Partial<PipelineFile>, target: string) {
  const from = { version: 1, source: 'memory:a', target: 'memory:b', ...of } as const
  const pipeline = await loadPipeline(from, {}, { environment: {}, directory: '/' })
  const found = await readCatalog({
    source: { catalog: async () => catalog, ownCatalog: async () => own, documentCensus: async () => [] },
    sourceEnd: { engine: 'documents' },
    targetEnd: { engine: target },
    pipeline,
    signal: new AbortController().signal,
  })
  return {
    fingerprint: found.catalog.fingerprint,
    taken: selectTables(found.catalog, pipeline).map(({ dataset }) => dataset),
    told: (found.catalog.notCarried ?? []).map(({ kind, name, sql }) => [kind, name, sql]),
  }
}

describe('views', () => {
  const told = [['view', 'seen', '{"viewOn":"people"}']]

  it.each([
    ['everything', {}, ['people'], told],
    ['a pattern', { only: ['*e*'] }, ['people'], told],
    ['a dataset of all', { datasets: [{ from: '*' }] }, ['people'], told],
    ['its name', { only: ['seen'] }, ['seen'], []],
    ['its name among the datasets', { datasets: [{ from: 'main.seen' }, { from: 'people' }] }, ['people', 'seen'], []],
  ])('asked for by %s', async (_, of, taken, notCarried) => {
    expect(await look(of as Partial<PipelineFile>, 'tables')).toEqual({
      fingerprint: 'plain',
      taken,
      told: notCarried,
    })
  })
})

describe('rows of a target of the same engine', () => {
  it.each([
    ['are as they are', {}, 'own'],
    ['are as they are under another name', { datasets: [{ from: 'people', to: 'men' }] }, 'own'],
    ['are taken apart for a shape', { datasets: [{ from: 'people', shape: { a: 'json' } }] }, 'plain'],
    ['are taken apart for a column', { datasets: [{ from: 'people', columns: { id: { to: 'n' } } }] }, 'plain'],
    ['are taken apart for a condition', { datasets: [{ from: 'people', where: 'id > 1' }] }, 'plain'],
  ])('%s', async (_, of, fingerprint) => {
    expect((await look(of as Partial<PipelineFile>, 'documents')).fingerprint).toBe(fingerprint)
  })

  it('are taken apart by any other', async () => {
    expect((await look({}, 'tables')).fingerprint).toBe('plain')
  })
})
