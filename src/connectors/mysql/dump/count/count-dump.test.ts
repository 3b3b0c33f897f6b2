import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { dumpOnDisk, dumpStart, openDump } from '../../../../../test/support/dump-source.ts'
import { never } from '../../../../../test/support/mysql-source.ts'
import type { CountAnswer, CountQuestion } from '../../../../model/count.ts'
import { readIndex } from '../catalog/read-index.ts'
import { DumpFile } from '../input/dump-file.ts'
import { countDump } from './count-dump.ts'
import { hashKey } from '../../../sql/hash-key.ts'
import { KeyStore, type KeyStoreLimits } from '../../../sql/key-store.ts'

function questionOf(name: string, columns: readonly string[], orphans: CountQuestion['orphans'] = []): CountQuestion {
  return { table: { schema: 'dump', name }, columns, orphans }
}

function orphanOf(
  columns: readonly string[],
  parent: string,
  referencedColumns: readonly string[],
): CountQuestion['orphans'][number] {
  return { constraint: 'fk', columns, references: { schema: 'dump', name: parent }, referencedColumns }
}

async function count(
  text: string | Uint8Array,
  questions: readonly CountQuestion[],
  limits: KeyStoreLimits = {},
): Promise<readonly CountAnswer[]> {
  await using onDisk = await dumpOnDisk(text)
  const input = (): never => {
    throw new Error('no standard input')
  }
  await using file = await DumpFile.open('mysqldump:test', onDisk.path, input, () => {}, never)
  return await countDump(file, await readIndex(file, never), questions, never, limits)
}

describe('countDump', () => {
  const dump = `${dumpStart}CREATE TABLE c (id int NOT NULL, p int, note text, d int DEFAULT 3, e int, PRIMARY KEY (id));
    INSERT INTO c VALUES (1,1,NULL,NULL,1),(2,2,'NULL',2,NULL),(3,NULL,'',1,1),(4,77,NULL,0,0);
    CREATE TABLE p (id int NOT NULL, PRIMARY KEY (id));INSERT INTO p VALUES (1),(2);
    INSERT INTO c (id,p) VALUES (5,78);CREATE TABLE none (id int);`

  it.each(['plain', 'packed'])('counts rows, NULLs and orphans, wherever the parents come, %s', async (kind) => {
    const answers = await count(kind === 'plain' ? dump : gzipSync(dump), [
      questionOf('c', ['note', 'id', 'p', 'd', 'e'], [orphanOf(['p'], 'p', ['id'])]),
      questionOf('p', ['id']),
      questionOf('none', ['id']),
      questionOf('c', [], [orphanOf(['p'], 'nowhere', ['id']), orphanOf(['d'], 'p', ['id'])]),
    ])
    expect(answers.map(({ rows, nulls, orphans }) => ({ rows, nulls, orphans }))).toEqual([
      { rows: 5, nulls: [3, 0, 1, 1, 2], orphans: [2] },
      { rows: 2, nulls: [0], orphans: [] },
      { rows: 0, nulls: [0], orphans: [] },
      { rows: 5, nulls: [], orphans: [4, 2] },
    ])
  })

  it('counts through the snapshot of a source', async () => {
    await using file = await dumpOnDisk(dump)
    await using source = await openDump(file.url)
    await using snapshot = await source.openSnapshot(1, [], never)
    const answers = await snapshot.count([questionOf('c', ['note'], [orphanOf(['p'], 'p', ['id'])])], never)
    expect(answers).toEqual([{ table: { schema: 'dump', name: 'c' }, rows: 5, nulls: [3], orphans: [2] }])
  })

  // prettier-ignore
  it.each<readonly [type: string, parent: string, same: readonly string[], other: readonly string[]]>([
    ['int', '42', ['42', '042', "'42'", '+42', '0x2A'], ['-42', '420', '4']],
    ['int', '0', ['0', '-0', '00'], ['1']],
    ['decimal(9,3)', '1.500', ['1.5', '1.500', '01.50'], ['15', '-1.5', '1.501']],
    ['double', '0.5', ['0.50', '5e-1', "'.5'"], ['0.05']],
    ['varchar(9) COLLATE utf8mb4_general_ci', "'Ab'", ["'aB'", "'ab  '", "'AB'"], ["' ab'", "'a b'", "'ab\\0'"]],
    ['varchar(9) COLLATE utf8mb4_0900_ai_ci', "'Ab'", ["'aB'"], ["'ab '"]],
    ['varchar(9) COLLATE utf8mb4_unicode_ci', "'Ärger'", ["'arger'", "'ÄRGER '"], ["'erger'"]],
    ['varchar(9) COLLATE utf8mb4_0900_as_ci', "'é'", ["'É'"], ["'e'"]],
    ['varchar(9) COLLATE utf8mb4_bin', "'Ab'", ["'Ab'", "'Ab '"], ["'ab'"]],
    ['varchar(9) COLLATE utf8mb4_0900_bin', "'Ab'", ["'Ab'"], ["'Ab '", "'ab'"]],
    ['varchar(9) CHARACTER SET latin1', "'é'", ["'É'", '_latin1 0xE9'], ["'ö'"]],
    ["enum('x','y')", "'x'", ["'X'"], ["'y'"]],
    ['varbinary(9)', "'A'", ['0x41', "_binary 'A'"], ["'a'", "'A '"]],
    ['bit(12)', "b'101'", ['0x05', '0x0005', "'\u0005'"], ["b'111'"]],
    ['date', "'2024-01-05'", ["'2024-01-05'"], ["'2024-01-06'"]],
    ['uuid', "'00112233-4455-6677-8899-aabbccddeeff'", ["'00112233-4455-6677-8899-AABBCCDDEEFF'"], ["'x'"]],
  ])('%s: %s', async (type, parent, same, other) => {
    const children = [...same, ...other, 'NULL'].map((value) => `(${value})`)
    const text = `${dumpStart}CREATE TABLE p (id ${type});INSERT INTO p VALUES (${parent});
      CREATE TABLE c (p ${type});INSERT INTO c VALUES ${children.join(',')};`
    const [answer] = await count(text, [questionOf('c', ['p'], [orphanOf(['p'], 'p', ['id'])])])
    expect(answer).toMatchObject({ rows: children.length, nulls: [1], orphans: [other.length] })
  })

  it('compares keys of several columns as a whole', async () => {
    const text = `${dumpStart}CREATE TABLE p (a varchar(9), b varchar(9));INSERT INTO p VALUES ('a','bc'),('1','');
      CREATE TABLE c (a varchar(9), b varchar(9));INSERT INTO c VALUES ('a','bc'),('ab','c'),('','1'),('a',NULL),(NULL,NULL);`
    const [answer] = await count(text, [questionOf('c', [], [orphanOf(['a', 'b'], 'p', ['a', 'b'])])])
    expect(answer?.orphans).toEqual([2])
  })

  it('comes to the same on the disk as in memory', async () => {
    const parents = Array.from({ length: 5000 }, (_, i) => `(${i * 3},'k${i % 1000}')`)
    const children = Array.from({ length: 7000 }, (_, i) => `(${i},'K${i}')`)
    const text = `${dumpStart}CREATE TABLE c (p int, k varchar(9));CREATE TABLE p (id int, k varchar(9));
      INSERT INTO c VALUES ${children.join(',')};INSERT INTO p VALUES ${parents.join(',')};`
    const question = questionOf('c', [], [orphanOf(['p'], 'p', ['id']), orphanOf(['k'], 'p', ['k'])])
    const expected = [7000 - Math.ceil(7000 / 3), 6000]
    for (const limits of [{}, { maxHeldBytes: 1000 }, { maxHeldBytes: 1000, maxSetSize: 7 }]) {
      const [answer] = await count(text, [question], limits)
      expect(answer?.orphans).toEqual(expected)
    }
  })
})

describe('KeyStore', () => {
  it('keeps what was written before and after it went to the disk', async () => {
    await using store = new KeyStore({ maxHeldBytes: 100, maxSetSize: 10 })
    const key = Buffer.alloc(4)
    for (let i = 0; i < 3000; i++) {
      key.writeInt32LE(i)
      hashKey(key, 4, 1)
      if (i % 2 === 0) store.addParent()
      store.addChild(i % 3)
      if (i % 100 === 0) await store.relieve()
    }
    expect(await store.countOrphans(4)).toEqual([500, 500, 500, 0])
  })

  it('counts what is there again, whatever has gone to the disk', async () => {
    for (const limits of [{}, { maxHeldBytes: 100, maxSetSize: 3 }]) {
      await using store = new KeyStore(limits)
      const key = Buffer.alloc(4)
      for (let i = 0; i < 3000; i++) {
        // Of the first key each value is there three times, of the second 500 are there twice.
        key.writeInt32LE(i % 1000)
        hashKey(key, 4, 1)
        store.addKey(0)
        key.writeInt32LE(i % 2500)
        hashKey(key, 4, 2)
        store.addKey(1)
        if (i % 100 === 0) await store.relieve()
      }
      expect(await store.countSurplusRows(3)).toEqual([2000, 500, 0])
    }
  })
})
