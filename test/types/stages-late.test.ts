import { expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { DatasetConfig, Pipeline } from '../../src/config/pipeline.ts'
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
