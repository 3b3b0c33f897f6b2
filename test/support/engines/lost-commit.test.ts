import { expect, it } from 'vitest'
import { startProxy } from '../proxy.ts'
import { createDatabase } from './create-database.ts'
import { openSession } from './database-session.ts'
import { describeEngines } from './describe-engines.ts'
import { engineNames } from './engine-name.ts'
import { engineUrl } from './engine-url.ts'

// What commits: servers of documents have no COMMIT to lose the answer of.
for (const name of engineNames.filter((one) => one !== 'mongojava' && one !== 'ferretdb')) {
  describeEngines([name], `a proxy before ${name}`, () => {
    it('loses the answer of a COMMIT that the server has carried out', async () => {
      await using database = await createDatabase(engineUrl(name), 'lost')
      await database.query('CREATE TABLE t (a int)')
      await using proxy = await startProxy(database.url)
      const session = await openSession(proxy.url())
      await session.query('BEGIN')
      await session.query('INSERT INTO t VALUES (1)')
      proxy.holdReplies({ after: 'COMMIT' })
      const commit = session.query('COMMIT').then(String, (error: Error) => error.message)
      await proxy.untilHeld(AbortSignal.timeout(10_000))
      expect(await database.query('SELECT a FROM t')).toEqual([{ a: 1 }])
      proxy.cut()
      expect(await commit).toMatch(/reset|terminated|closed/i)
    })
  })
}
