import { digestSql as mysqlDigest } from '../../src/connectors/mysql/content-digest.ts'
import { digestSql as postgresDigest } from '../../src/connectors/postgres/content-digest.ts'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { registry } from '../../src/index.ts'
import { loadRules } from '../../src/mapping/load-rules.ts'
import { openEnds } from '../../src/run/ends.ts'
import { digestColumnsOf, digestQuestions } from '../../src/validate/digest-columns.ts'
import { pairTables } from '../../src/validate/pair-tables.ts'

/** The statements of both ends that a validation by digests asks of the first table, over all of its rows. */
export async function digestStatements(from: string, to: string): Promise<{ source: string; target: string }> {
  const { signal } = new AbortController()
  const pipeline = pipelineBetween(from, to)
  const flags = { laneCount: 1, maxBytesPerSecond: undefined }
  const ends = await openEnds(
    { pipeline, registry, flags, events: { notice: () => {} }, signal },
    { source: '', target: '' },
  )
  await using source = ends.source
  await using target = ends.target
  const catalog = await source.catalog(signal)
  await using snapshot = await source.openSnapshot(1, [], signal)
  await using contents = await target.openContents!(signal)
  const rules = await loadRules(ends.sourceEnd.engine, ends.targetEnd.engine, undefined)
  const request = {
    label: '',
    catalog,
    pipeline,
    target,
    rules,
    source: snapshot.contents!,
    contents,
    maps: target.keyMaps({ plans: [] }, false),
  }
  const { tables } = await pairTables(request, signal)
  const [table] = tables
  const columns = table && digestColumnsOf(table, { source: snapshot.contents!, target: contents })
  if (table === undefined || columns === undefined) throw new Error('there is no table that has digests')
  const questions = digestQuestions(table, [...columns.exact, ...columns.tried], {})
  const known = questions.target.columns.map((column) => {
    return { ...column, type: column.form === 'text' ? 'text' : column.type }
  })
  return { source: mysqlDigest(questions.source), target: postgresDigest({ ...questions.target, columns: known }) }
}
