import { expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { DatasetConfig, Pipeline } from '../../src/config/pipeline.ts'
import { validate } from '../../src/index.ts'
import { registry } from '../../src/connectors/registry.ts'
import type { RunFlags, RunRequest } from '../../src/run/request.ts'
import { retryRejects } from '../../src/run/retry.ts'
import { run } from '../../src/run/run.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { Move, sourceEngines } from './migrate.ts'
import { quietEvents, testFlags } from './run-defaults.ts'

function requestOf(move: Move, datasets: readonly DatasetConfig[], flags: Partial<RunFlags> = {}): RunRequest {
  const pipeline: Pipeline = { ...pipelineBetween(move.source.url, move.target.url), datasets }
  const never = new AbortController().signal
  return {
    pipeline,
    flags: { ...testFlags, ...flags },
    registry,
    events: quietEvents,
    savedPlan: undefined,
    version: '0.0.0',
    stop: never,
    signal: never,
  }
}

for (const engine of sourceEngines) {
  describeEngines([engine, 'postgres15'], `rows that come late, from ${engine}`, () => {
    it('are merged into those that are there, and are one among themselves', async () => {
      await using move = await Move.between(engine)
      await move.source.query('CREATE TABLE users (id int PRIMARY KEY, code varchar(5), n varchar(5))')
      await move.source.query(
        `INSERT INTO users VALUES (1, 'x', '1'), (2, 'x', '?'), (3, 'y', '2'), (4, 'z', '?'), (5, 'z', '?')`,
      )
      const transform = [{ cast: { n: 'int(32)' } }, { dedupe: { by: 'code' } }]
      const request = requestOf(move, [{ from: 'users', columns: {}, transform }])
      const first = await run(request)
      expect(first).toMatchObject({ exitCode: 4, datasets: [{ read: 5, written: 2, merged: 0, rejected: 3 }] })
      await move.source.query(`UPDATE users SET n = id WHERE n = '?'`)
      const second = await retryRejects(request, first.run ?? '')
      expect(second.error).toBeUndefined()
      expect(second).toMatchObject({ exitCode: 0, datasets: [{ read: 5, written: 3, merged: 2, rejected: 0 }] })
      const codes = await move.texts('users', 'code', 'code')
      expect(codes).toEqual(['x', 'y', 'z'])
    })

    it('are rejected where they would have stayed in the place of one that is there', async () => {
      await using move = await Move.between(engine)
      await move.source.query('CREATE TABLE users (id int PRIMARY KEY, code varchar(5), score int, n varchar(5))')
      await move.source.query(
        `INSERT INTO users VALUES (1, 'x', 9, '?'), (2, 'x', 5, '2'), (3, 'x', 1, '?'), (4, 'y', 1, '4'), (5, 'y', 1, '5'), (6, 'z', 1, '6')`,
      )
      const transform = [{ cast: { n: 'int(32)' } }, { dedupe: { by: 'code', keep: { greatest: 'score' } } }]
      const request = requestOf(move, [{ from: 'users', columns: {}, transform }])
      const first = await run(request)
      expect(first).toMatchObject({ exitCode: 4, datasets: [{ read: 6, written: 3, merged: 1, rejected: 2 }] })
      await move.source.query(`UPDATE users SET n = id WHERE n = '?'`)
      const second = await retryRejects(request, first.run ?? '')
      expect(second).toMatchObject({ exitCode: 4, datasets: [{ read: 6, written: 3, merged: 2, rejected: 1 }] })
      const [reject] = await move.rejectsOf(second)
      expect(reject).toMatchObject({ key: { id: '1' } })
      expect(reject?.reason).toContain('it would have stayed, and not the row with the key 2')
      expect(await move.texts('users', 'id', 'id')).toEqual(['2', '4', '6'])
      // And a validation finds out what has come since.
      await move.source.query(`INSERT INTO users VALUES (7, 'z', 1, '7'), (8, 'z', 2, '8')`)
      const { summary } = await validate({ pipeline: request.pipeline, mode: 'stream' })
      expect(summary.datasets[0]?.differences).toMatchObject({ missing: 2, extra: 0, changed: 0 })
      expect(summary.datasets[0]?.samples.map(({ key }) => key['id'])).toEqual(['1', '8'])
    })

    it.each(['price', 'at', 'day', 'share', 'name', 'size', 'flag', 'span', 'id'])(
      'are none to a validation of the same moment, which ranks rows by %s as the run did',
      async (column) => {
        await using move = await Move.between(engine)
        await move.source
          .query(`CREATE TABLE things (id int PRIMARY KEY, code int, price decimal(20,6), at datetime(6), day date,
          share double, name varchar(20), size bigint unsigned, flag tinyint(1), span time(3))`)
        await move.source.query(`INSERT INTO things VALUES
          (1, 1, 1.5, '2024-01-01 00:00:00.5', '2024-01-01', 0.1, 'a', 18446744073709551615, 0, '10:00:00.5'),
          (2, 1, 1.50, '2024-01-01 00:00:00.500000', '2024-01-01', 0.1, 'a', 18446744073709551615, 0, '10:00:00.500'),
          (3, 1, -1.000001, '1000-01-01', '1000-01-01', -1e300, 'A', 0, 1, '00:00:00.001'),
          (4, 2, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
          (5, 2, 0.000001, '9999-12-31 23:59:59.999999', '9999-12-31', 5e-324, 'ä', 9, 1, '23:59:59.999'),
          (6, 2, 99999999999999.999999, '2024-01-01', '2024-02-29', 1e15, 'z', 10, 0, '00:00:00')`)
        for (const keep of [{ greatest: column }, { least: column }]) {
          const transform = [{ dedupe: { by: 'code', keep } }]
          const request = requestOf(move, [{ from: 'things', to: Object.keys(keep)[0], columns: {}, transform }])
          expect(await run(request)).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
          const { summary } = await validate({ pipeline: request.pipeline, mode: 'stream' })
          expect(summary).toMatchObject({ status: 'equal', datasets: [{ targetRows: 2 }] })
        }
      },
    )

    it('are rejected where rows of attributes have been gathered', async () => {
      await using move = await Move.between(engine)
      await move.source.query('CREATE TABLE facts (id int PRIMARY KEY, thing int, name varchar(5), v varchar(5))')
      await move.source.query(`INSERT INTO facts VALUES (1, 7, 'a', '1'), (2, 7, 'b', '2'), (3, 8, 'c', '3')`)
      const pivot = { by: 'thing', name: 'name', value: 'v', columns: { a: 'text', b: 'text' } }
      const request = requestOf(move, [{ from: 'facts', columns: {}, transform: [{ pivot }] }])
      const first = await run(request)
      expect(first).toMatchObject({ exitCode: 4, datasets: [{ read: 3, written: 1, merged: 1, rejected: 1 }] })
      await move.source.query(`UPDATE facts SET name = 'a' WHERE id = 3`)
      const second = await retryRejects(request, first.run ?? '')
      expect(second).toMatchObject({ exitCode: 4, datasets: [{ read: 3, written: 1, merged: 1, rejected: 1 }] })
    })

    it('cannot be told where the source gives no one moment: the run is not begun, but by who vouches for it', async () => {
      await using move = await Move.between(engine)
      await move.source.query('CREATE TABLE users (id int PRIMARY KEY, code varchar(5)) ENGINE = MyISAM')
      await move.source.query(`INSERT INTO users VALUES (1, 'x'), (2, 'x')`)
      const datasets = [{ from: 'users', columns: {}, transform: [{ dedupe: { by: 'code' } }] }]
      const refused = await run(requestOf(move, datasets))
      expect([refused.exitCode, refused.error?.code]).toEqual([7, 'TL_K507'])
      const vouched = await run(requestOf(move, datasets, { sourceQuiet: true }))
      expect(vouched).toMatchObject({ exitCode: 0, datasets: [{ written: 1, merged: 1 }] })
    })
  })
}
