import { expect, it } from 'vitest'
import { createDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { batchOf, never, openTarget, WriterWorld } from '../../../test/support/postgres/writer-world.ts'

const id = { name: 'id', type: { kind: 'int', bits: 32, signed: true } } as const

describeEngines(['postgres15'], 'a writer', () => {
  it('has what it accepted on the disk by the next receipt, though no COMMIT waited for it', async () => {
    await using db = await createDatabase(engineUrl('postgres15'), 'flush')
    await db.query('CREATE TABLE data (id integer, value text)')
    const written = async (): Promise<string> => {
      const [row] = await db.query('SELECT pg_current_wal_insert_lsn()::text AS lsn')
      return String(row?.['lsn'])
    }
    const isOnDisk = async (lsn: string): Promise<unknown> => {
      const [row] = await db.query(`SELECT pg_current_wal_flush_lsn() >= '${lsn}'::pg_lsn AS is`)
      return row?.['is']
    }
    // The server's own writer would bring it there too, later.
    await db.query("ALTER SYSTEM SET wal_writer_delay = '10s'")
    await db.query('SELECT pg_reload_conf()')
    try {
      await using target = await openTarget(db.url)
      const world = await WriterWorld.begin(target, [{ table: 'data', columns: [id] }])
      await using writer = await world.openWriter()
      let before = '0/0'
      for (let sequence = 0; sequence < 5; sequence++) {
        const done = sequence === 4
        const batch = batchOf(world.layouts, [[['1'], ['2']]], { sequence, readBefore: sequence * 2 })
        const { durability } = await writer.write(batch, world.checkpoint(batch, { done }), never)
        expect(durability).toBe(done ? 'durable' : 'accepted')
        const now = await written()
        await expect.poll(() => isOnDisk(done ? now : before), { timeout: 2_000 }).toBe(true)
        before = now
      }
    } finally {
      await db.query('ALTER SYSTEM RESET wal_writer_delay')
      await db.query('SELECT pg_reload_conf()')
    }
  })
})
