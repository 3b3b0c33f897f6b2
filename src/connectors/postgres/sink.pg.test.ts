import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { fate } from '../../model/fate.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { openSession } from '../../../test/support/engines/database-session.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { batchOf, never, openTarget, type TextRow, WriterWorld } from '../../../test/support/postgres/writer-world.ts'

const id = { name: 'id', type: { kind: 'int', bits: 32, signed: true } } as const
const value = { name: 'value', type: { kind: 'text' } } as const
const table = { table: 'data', columns: [id, value] }

async function untilWaiting(db: TestDatabase): Promise<void> {
  for (;;) {
    const sql = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    if ((await db.query(sql)).length > 0) return
    await sleep(20)
  }
}

const rowsTo = (count: number): TextRow[] => Array.from({ length: count }, (_, n) => [String(n), `value ${n}`])

describeEngines(['postgres15'], 'a writer', () => {
  const database = async (sql: string) => {
    const made = await createDatabase(engineUrl('postgres15'), 'sink')
    await made.query(sql)
    return made
  }

  it('stores rows, counts, outputs, losses and rejects with the checkpoint', async () => {
    await using db = await database('CREATE TABLE data (id smallint NOT NULL, value varchar(8))')
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table])
    {
      await using writer = await world.openWriter()
      const rows = [
        ['70000', 'a'],
        ['1', 'b'],
        ['2', 'longer than 8'],
        ['3', 'c'],
        [null, 'd'],
      ] as const
      const batch = batchOf(world.layouts, [rows], { readBefore: 10 })
      batch.lose(1, 'value', 'nul-removed')
      batch.lose(2, 'value', 'nul-removed')
      const receipt = await writer.write(batch, world.checkpoint(batch), never)
      expect(receipt).toMatchObject({ durability: 'accepted', written: 2, merged: 0, filtered: 0, rejected: 3 })
      expect(receipt.outputs).toEqual([{ to: 'public.data', written: 2, rejected: 3 }])
      const place = { split: 'data-0', position: 11 }
      expect(receipt.losses).toEqual([
        { column: 'value', rule: 'nul-removed', count: 1, sampleKeys: [{ id: '1' }], first: place, last: place },
      ])
      expect(receipt.rejects.map(({ position, code, column }) => ({ position, code, column }))).toEqual([
        { position: 10, code: 'TL_D402', column: 'id' },
        { position: 12, code: 'TL_D402', column: 'value' },
        { position: 14, code: 'TL_D403', column: 'id' },
      ])
      expect([...(batch.frames[0]?.fate.subarray(0, 5) ?? [])]).toEqual([
        fate.rejected,
        fate.written,
        fate.rejected,
        fate.written,
        fate.rejected,
      ])
      const second = batchOf(world.layouts, [[['9', 'z']]], { sequence: 1, readBefore: 15 })
      second.lose(0, 'value', 'nul-removed')
      await writer.write(second, world.checkpoint(second), never)
      const end = batchOf(world.layouts, [[]], { sequence: 2, readBefore: 16 })
      await writer.write(end, world.checkpoint(end, { done: true }), never)
    }
    expect(await db.query('SELECT id, value FROM data ORDER BY id')).toEqual([
      { id: 1, value: 'b' },
      { id: 3, value: 'c' },
      { id: 9, value: 'z' },
    ])
    const run = world.run.run
    expect(await target.state.splits(run, never)).toMatchObject([
      {
        cursor: [2],
        done: true,
        sequence: 3,
        counts: { read: 6, written: 3, merged: 0, filtered: 0, rejected: 3, vanished: 0 },
      },
    ])
    expect(await target.state.outputs(run, never)).toEqual([
      { dataset: 'data', to: 'public.data', written: 3, rejected: 3 },
    ])
    expect(await target.state.losses(run, never)).toEqual([
      {
        dataset: 'data',
        column: 'value',
        rule: 'nul-removed',
        count: 2,
        sampleKeys: [{ id: '1' }, { id: '9' }],
        first: { split: 'data-0', position: 11 },
        last: { split: 'data-0', position: 15 },
      },
    ])
    const rejects = await target.state.rejects(run, never)
    expect(rejects.map(({ position }) => position)).toEqual([10, 12, 14])
    expect(rejects[0]).toMatchObject({ key: { id: '70000' }, row: { id: { text: '70000' }, value: { text: 'a' } } })
  })

  it('keeps losses whose keys no JSON function of the server takes, five of them', async () => {
    await using db = await database('CREATE TABLE data (n integer)')
    await using target = await openTarget(db.url)
    const shape = { table: 'data', columns: [value, { ...id, name: 'n' }] }
    const world = await WriterWorld.begin(target, [shape])
    // The key is read, and not written.
    const writes = world.lane().writes.map((write) => ({ ...write, columns: write.columns.slice(1) }))
    await using writer = await world.openWriter({ writes })
    for (const sequence of [0, 1, 2]) {
      const rows = [
        ['nul \u0000', '1'],
        ["it's \\", '2'],
      ]
      const batch = batchOf(world.layouts, [rows], { sequence, readBefore: sequence * 2 })
      for (const row of [0, 1]) batch.lose(row, 'value', 'rule')
      await writer.write(batch, world.checkpoint(batch), never)
    }
    const [loss] = await target.state.losses(world.run.run, never)
    expect(loss).toMatchObject({ count: 6 })
    const keys = ['nul \u0000', "it's \\", 'nul \u0000', "it's \\", 'nul \u0000']
    expect(loss?.sampleKeys).toEqual(keys.map((key) => ({ value: key })))
  })

  it.each([1, 5, 500])('takes out exactly the %i rows of 1,000 that a CHECK refuses', async (count) => {
    await using db = await database(
      'CREATE TABLE data (id integer PRIMARY KEY, value text, CHECK (id <> 13), CHECK (id >= 0))',
    )
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table])
    const bad = new Set(Array.from({ length: count }, (_, n) => (n === 0 ? 0 : n === 1 ? 999 : 2 * n)))
    const rows = rowsTo(1000).map(([n, text]): TextRow => [
      bad.has(Number(n)) ? `-${Number(n) + 1}` : String(Number(n) + 100),
      text ?? null,
    ])
    const receipt = await world.writeAll(rows)
    expect(receipt).toMatchObject({ written: 1000 - bad.size, rejected: bad.size })
    expect(new Set(receipt.rejects.map(({ position }) => position))).toEqual(bad)
    for (const reject of receipt.rejects) {
      expect(reject).toMatchObject({ stage: 'target', code: 'TL_D409' })
      expect(reject.reason).toBe('new row for relation "data" violates check constraint "data_id_check1"')
    }
    expect(await db.query('SELECT count(*)::integer AS n, min(id) AS least FROM data')).toEqual([
      { n: 1000 - bad.size, least: expect.any(Number) },
    ])
  })

  it('keeps the first of rows with one unique key, and finds orphans though no line is named', async () => {
    await using db =
      await database(`CREATE TABLE parent (id integer PRIMARY KEY); INSERT INTO parent SELECT generate_series(0, 49);
      CREATE TABLE data (id integer UNIQUE, value text, CONSTRAINT to_parent FOREIGN KEY (id) REFERENCES parent)`)
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table])
    const receipt = await world.writeAll([...rowsTo(60), ['7', 'again'], ['8', 'again']])
    expect(receipt.rejects.map(({ position }) => position).toSorted((a, b) => a - b)).toEqual([
      50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61,
    ])
    expect(receipt.rejects.find(({ position }) => position === 50)?.reason).toMatch(
      'foreign key constraint "to_parent"',
    )
    expect(receipt.rejects.find(({ position }) => position === 60)?.reason).toMatch('unique constraint "data_id_key"')
    expect(
      await db.query(
        "SELECT count(*)::integer AS n, count(*) FILTER (WHERE value = 'again')::integer AS again FROM data",
      ),
    ).toEqual([{ n: 50, again: 0 }])
  })

  it('finds what a deferred constraint refuses', async () => {
    await using db = await database('CREATE TABLE data (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED, value text)')
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table])
    const receipt = await world.writeAll([
      ['1', 'a'],
      ['2', 'b'],
      ['1', 'c'],
    ])
    expect(receipt).toMatchObject({ written: 2, rejected: 1 })
    expect(receipt.rejects[0]).toMatchObject({ position: 2, code: 'TL_D409' })
  })

  it('rejects texts that the server cannot store, few or many, and invalid JSON', async () => {
    await using db = await database('CREATE TABLE data (id integer, value jsonb)')
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [
      { table: 'data', columns: [id, { name: 'value', type: { kind: 'json' } }] },
    ])
    const rows = Array.from({ length: 300 }, (_, n): TextRow => [
      String(n),
      n % 3 === 0 ? '{"a": 1}' : n % 3 === 1 ? 'nonsense' : 'a\u0000b',
    ])
    const receipt = await world.writeAll(rows)
    expect(receipt).toMatchObject({ written: 100, rejected: 200 })
    const codes = receipt.rejects.map(({ position, code }) => `${position % 3} ${code}`)
    expect(new Set(codes)).toEqual(new Set(['1 TL_D408', '2 TL_D405']))
  })

  it('refuses a stale fence, and leaves neither rows nor checkpoint', async () => {
    await using db = await database('CREATE TABLE data (id integer, value text)')
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table])
    const taken = await target.state.takeOver(world.run.run, never)
    expect(taken).toMatchObject({ fence: 2, attempts: 2 })
    await using writer = await world.openWriter()
    const batch = batchOf(world.layouts, [rowsTo(10)])
    await expect(writer.write(batch, world.checkpoint(batch), never)).rejects.toMatchObject({ code: 'TL_K501' })
    // A batch that was committed before is one that the state does not wait for either.
    await using current = await world.openWriter({ fence: 2 })
    await current.write(batch, world.checkpoint(batch, { fence: 2 }), never)
    await using late = await world.openWriter({ fence: 2 })
    const again = batchOf(world.layouts, [rowsTo(10)])
    await expect(late.write(again, world.checkpoint(again, { fence: 2 }), never)).rejects.toMatchObject({
      code: 'TL_K501',
    })
    expect(await db.query('SELECT count(*)::integer AS n FROM data')).toEqual([{ n: 10 }])
  })

  it('is ended by the one who takes the run over, with the rows that it had not committed', async () => {
    await using db = await database('CREATE TABLE data (id integer UNIQUE, value text)')
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table], true)
    await using old = await world.openWriter()
    const first = batchOf(world.layouts, [rowsTo(10)])
    expect(await old.write(first, world.checkpoint(first), never)).toMatchObject({ durability: 'accepted' })
    const { fence } = await target.state.takeOver(world.run.run, never)
    await using current = await world.openWriter({ fence })
    const batch = batchOf(world.layouts, [rowsTo(10)])
    await current.write(batch, world.checkpoint(batch, { fence, done: true }), never)
    const second = batchOf(world.layouts, [rowsTo(5)], { sequence: 1 })
    await expect(old.write(second, world.checkpoint(second), never)).rejects.toMatchObject({ code: 'TL_T302' })
    expect(await db.query('SELECT count(*)::integer AS n FROM data')).toEqual([{ n: 10 }])
  })

  it('writes an atomic split in one transaction, bad rows and all', async () => {
    await using db = await database('CREATE TABLE data (id integer CHECK (id <> 3), value varchar(20))')
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table], true)
    await using writer = await world.openWriter()
    const receipts = []
    for (const [sequence, part] of [
      rowsTo(5),
      rowsTo(4),
      [['9', 'far too long for this column']],
      rowsTo(2),
    ].entries()) {
      const batch = batchOf(world.layouts, [part as TextRow[]], { sequence, readBefore: sequence * 5 })
      if (sequence === 0) batch.lose(1, 'value', 'rule')
      receipts.push(await writer.write(batch, world.checkpoint(batch, { done: sequence === 3 }), never))
      const [seen] = await db.query('SELECT count(*)::integer AS n FROM data')
      expect(seen).toEqual({ n: sequence === 3 ? 9 : 0 })
    }
    expect(receipts.map(({ durability, written, rejected }) => [durability, written, rejected])).toEqual([
      ['accepted', 4, 1],
      ['accepted', 3, 1],
      ['accepted', 0, 1],
      ['durable', 2, 0],
    ])
    expect(await target.state.splits(world.run.run, never)).toMatchObject([
      { done: true, sequence: 4, counts: { read: 12, written: 9, rejected: 3 } },
    ])
    expect((await target.state.rejects(world.run.run, never)).map(({ position }) => position)).toEqual([3, 8, 10])
    expect(await target.state.losses(world.run.run, never)).toMatchObject([{ rule: 'rule', count: 1 }])
  })

  it('stops an atomic split whose fence is stale at its end', async () => {
    await using db = await database('CREATE TABLE data (id integer, value text)')
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table], true)
    await using writer = await world.openWriter()
    const first = batchOf(world.layouts, [rowsTo(5)])
    await writer.write(first, world.checkpoint(first), never)
    await db.query('UPDATE _transload.splits SET fence = 7')
    const last = batchOf(world.layouts, [rowsTo(5)], { sequence: 1 })
    await expect(writer.write(last, world.checkpoint(last, { done: true }), never)).rejects.toMatchObject({
      code: 'TL_K501',
    })
    expect(await db.query('SELECT count(*)::integer AS n FROM data')).toEqual([{ n: 0 }])
  })

  it('merges: the last of a key wins, and the rows that are there are updated', async () => {
    await using db =
      await database(`CREATE TABLE data (id integer PRIMARY KEY, value text CHECK (value <> 'bad'), extra text DEFAULT 'kept',
      serial integer GENERATED ALWAYS AS IDENTITY); INSERT INTO data (id, value, extra) VALUES (1, 'old', 'mine')`)
    await using target = await openTarget(db.url)
    const serial = { name: 'serial', type: id.type }
    const world = await WriterWorld.begin(target, [
      { table: 'data', columns: [id, value, serial], mode: 'merge', mergeKey: ['id'] },
    ])
    const receipt = await world.writeAll([
      ['1', 'new', '70'],
      ['2', 'first', '71'],
      ['2', 'second', '72'],
      [null, 'no key', '73'],
      ['3', 'good', '74'],
      ['3', 'bad', '75'],
    ])
    expect(receipt).toMatchObject({ written: 3, merged: 1, rejected: 2, outputs: [{ written: 3, rejected: 2 }] })
    expect(receipt.rejects.map(({ position, code }) => [position, code])).toEqual([
      [3, 'TL_D403'],
      [5, 'TL_D409'],
    ])
    expect(await db.query('SELECT id, value, extra, serial FROM data ORDER BY id')).toEqual([
      { id: 1, value: 'new', extra: 'mine', serial: 1 },
      { id: 2, value: 'second', extra: 'kept', serial: 72 },
      { id: 3, value: 'good', extra: 'kept', serial: 74 },
    ])
    const without = await WriterWorld.begin(target, [
      { table: 'data', columns: [id, value], mode: 'merge', mergeKey: ['value'] },
    ])
    await expect(without.writeAll([['8', 'x']])).rejects.toMatchObject({ code: 'TL_T308' })
  })

  it('rejects the source row where a row that came of it is refused', async () => {
    await using db = await database(`CREATE TABLE data (id integer PRIMARY KEY, value text);
      CREATE TABLE child (id integer REFERENCES data, value text CHECK (value <> 'bad'))`)
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [
      table,
      { table: 'child', columns: [id, { name: 'value', type: { kind: 'text' } }] },
    ])
    await using writer = await world.openWriter()
    const children: TextRow[] = [
      ['0', 'a'],
      ['1', 'bad'],
      ['1', 'b'],
      ['2', 'c'],
      ['2', 'a\u0000'],
      ['77', 'orphan'],
    ]
    const batch = batchOf(world.layouts, [rowsTo(5), children], { origins: [0, 1, 1, 2, 2, 3] })
    const receipt = await writer.write(batch, world.checkpoint(batch, { done: true }), never)
    expect(receipt).toMatchObject({ written: 2, rejected: 3 })
    expect(receipt.outputs).toEqual([
      { to: 'public.data', written: 2, rejected: 3 },
      { to: 'public.child', written: 1, rejected: 5 },
    ])
    expect(await db.query('SELECT id FROM data ORDER BY id')).toEqual([{ id: 0 }, { id: 4 }])
    expect(await db.query('SELECT id, value FROM child')).toEqual([{ id: 0, value: 'a' }])
  })

  it('does not commit where a trigger swallows rows', async () => {
    await using db = await database(`CREATE TABLE data (id integer, value text);
      CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.id = 2 THEN RETURN NULL; END IF; IF NEW.id = 50 THEN RAISE EXCEPTION 'fifty'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER swallow BEFORE INSERT ON data FOR EACH ROW EXECUTE FUNCTION swallow()`)
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table])
    await expect(world.writeAll(rowsTo(4))).rejects.toMatchObject({ code: 'TL_T309', context: { taken: 3, sent: 4 } })
    expect(await db.query('SELECT id FROM data')).toEqual([])
    expect(
      await world.writeAll([
        ['50', 'x'],
        ['51', 'y'],
      ]),
    ).toMatchObject({ written: 1, rejected: 1, rejects: [{ reason: 'fifty' }] })
  })

  it('sends large values from where they lie, and lets go of them', async () => {
    await using db = await database('CREATE TABLE data (id integer, value text)')
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table])
    const rows = Array.from({ length: 30 }, (_, n): TextRow => [
      String(n),
      String.fromCharCode(97 + (n % 26)).repeat(n % 4 === 0 ? 3_000_000 : 65_530 + n),
    ])
    await using writer = await world.openWriter()
    const batch = batchOf(world.layouts, [rows])
    await writer.write(batch, world.checkpoint(batch, { done: true }), never)
    batch.bytes.fill(0x21)
    const sums = await db.query(
      'SELECT id, length(value) AS length, value = repeat(left(value, 1), length(value)) AS pure, left(value, 1) AS letter FROM data ORDER BY id',
    )
    expect(sums).toEqual(
      rows.map(([n, text]) => ({ id: Number(n), length: text?.length, pure: true, letter: text?.[0] })),
    )
  }, 30_000)

  it('lets go within 5 s where its COPY waits for a lock, and cancels it', async () => {
    await using db = await database('CREATE TABLE data (id integer, value text)')
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table])
    await using writer = await world.openWriter()
    await using other = await openSession(db.url)
    await other.query('BEGIN; LOCK TABLE data')
    const abort = new AbortController()
    const batch = batchOf(world.layouts, [rowsTo(10)])
    const write = writer.write(batch, world.checkpoint(batch), abort.signal)
    const reason = new Error('enough')
    setTimeout(() => abort.abort(reason), 200)
    const start = performance.now()
    await expect(write).rejects.toBe(reason)
    expect(performance.now() - start).toBeLessThan(2_000)
    await sleep(50)
    const waiting = await other.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    expect(waiting).toEqual([])
    await other.query('ROLLBACK')
    expect(await db.query('SELECT id FROM data')).toEqual([])
  })

  it('sends a batch again whose transaction the server ended for another one', async () => {
    await using db = await database('CREATE TABLE data (id integer PRIMARY KEY, value text)')
    await using target = await openTarget(db.url)
    const world = await WriterWorld.begin(target, [table])
    await using other = await openSession(db.url)
    // The one that looks for deadlocks first is the one that is ended.
    await other.query("SET deadlock_timeout = '30s'; BEGIN; INSERT INTO data VALUES (2, 'other')")
    const write = world.writeAll(rowsTo(5))
    await untilWaiting(db)
    const crossing = other.query("INSERT INTO data VALUES (1, 'other')")
    await crossing.then(() => other.query('ROLLBACK'))
    expect(await write).toMatchObject({ written: 5, rejected: 0 })
    expect(await db.query('SELECT count(*)::integer AS n FROM data WHERE value = $1', ['other'])).toEqual([{ n: 0 }])
  })

  it('rejects what a server of another encoding has no character for', async () => {
    await using db = await database('SELECT 1')
    const latin = `${db.name}_latin`
    await db.query(`CREATE DATABASE "${latin}" TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`)
    try {
      const url = new URL(db.url)
      url.pathname = `/${latin}`
      await using session = await openSession(url.href)
      await session.query('CREATE TABLE data (id integer, value text)')
      await using target = await openTarget(url.href)
      const world = await WriterWorld.begin(target, [table])
      const receipt = await world.writeAll([
        ['1', 'größe'],
        ['2', '日本'],
        ['3', 'x'],
        ['4', '🎉'],
      ])
      expect(receipt.rejects.map(({ position, code }) => [position, code])).toEqual([
        [1, 'TL_D409'],
        [3, 'TL_D409'],
      ])
      expect(await session.query('SELECT id, value FROM data ORDER BY id')).toEqual([
        { id: 1, value: 'größe' },
        { id: 3, value: 'x' },
      ])
    } finally {
      await db.query(`DROP DATABASE "${latin}" WITH (FORCE)`)
    }
  })

  it('writes as a role that is no superuser, and says which GRANT it lacks', async () => {
    await using db = await database('CREATE TABLE data (id integer, value text)')
    const role = `${db.name}_role`
    await db.query(`CREATE ROLE "${role}" LOGIN; GRANT CREATE, TEMPORARY ON DATABASE "${db.name}" TO "${role}"`)
    try {
      const url = new URL(db.url)
      url.username = role
      await using target = await openTarget(url.href)
      const world = await WriterWorld.begin(target, [table])
      await expect(world.writeAll(rowsTo(3))).rejects.toMatchObject({
        code: 'TL_T304',
        hint: `GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE "data" TO "${role}";`,
      })
      await db.query(`GRANT INSERT ON data TO "${role}"; ALTER TABLE data ADD CHECK (id <> 1)`)
      const { fence } = await target.state.takeOver(world.run.run, never)
      await using writer = await world.openWriter({ fence })
      const batch = batchOf(world.layouts, [rowsTo(3)])
      expect(await writer.write(batch, world.checkpoint(batch, { fence, done: true }), never)).toMatchObject({
        written: 2,
      })
    } finally {
      await db.query(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`)
    }
  })

  it('says before the first row that a column is missing or never written', async () => {
    await using db = await database('CREATE TABLE data (id integer, more text NOT NULL)')
    await using target = await openTarget(db.url)
    const missing = await WriterWorld.begin(target, [table])
    await expect(missing.openWriter()).rejects.toMatchObject({
      code: 'TL_T308',
      context: { reason: expect.stringMatching('value') },
    })
    const unwritten = await WriterWorld.begin(target, [{ table: 'data', columns: [id] }])
    await expect(unwritten.openWriter()).rejects.toMatchObject({
      code: 'TL_T308',
      context: { reason: expect.stringMatching('more') },
    })
    const gone = await WriterWorld.begin(target, [{ table: 'nowhere', columns: [id] }])
    await expect(gone.openWriter()).rejects.toMatchObject({ code: 'TL_T305' })
  })
})
