import { describe, expect, it } from 'vitest'
import { dumpOnDisk, openDump } from '../../../../test/support/dump-source.ts'
import { never, readOf } from '../../../../test/support/mysql-source.ts'
import type { Finding } from '../../../model/plan.ts'

const header = '-- MySQL dump 10.13  Distrib 9.7.4\n'
const trailer = '-- Dump completed on 2026-01-31\n'
const utc = "SET TIME_ZONE='+00:00';"
const rows = 'INSERT INTO t VALUES (1);'

async function findings(text: string, without: readonly string[] = []): Promise<readonly Finding[]> {
  await using file = await dumpOnDisk(text)
  await using source = await openDump(file.url)
  const catalog = await source.catalog(never)
  const reads = catalog.tables.map(({ name }) => {
    const read = readOf(catalog, name.name, {})
    return { ...read, columns: read.columns.filter((column) => !without.includes(column.name)) }
  })
  return await source.preflight(reads, never)
}

async function codes(text: string, without: readonly string[] = []): Promise<string[]> {
  return (await findings(text, without)).map(({ level, code }) => `${level} ${code}`)
}

describe('preflight of a dump', () => {
  const plain = 'CREATE TABLE t (a int);'

  it('has nothing to say of a dump that is as it should be', async () => {
    expect(await codes(`${header}${utc}${plain}${rows}\n${trailer}`)).toEqual([])
    // Without comments there is nothing that could be missing.
    expect(await codes(`${utc}${plain}${rows}`)).toEqual([])
  })

  it('warns of a dump that was not completed, and of one that has no rows', async () => {
    expect(await codes(`${header}${utc}${plain}${rows}`)).toEqual(['warning dump-not-completed'])
    expect(await codes(`${header}${utc}${plain}\n${trailer}`)).toEqual(['warning no-rows'])
  })

  it('warns of moments in an unknown zone, and refuses a named one', async () => {
    const timed = "CREATE TABLE t (a timestamp NULL);INSERT INTO t VALUES ('2024-01-01 00:00:00');"
    expect(await codes(utc + timed)).toEqual([])
    expect(await codes(`SET TIME_ZONE='+05:30';${timed}`)).toEqual([])
    expect(await codes(timed)).toEqual(['warning no-time-zone'])
    expect(await codes(`SET TIME_ZONE='SYSTEM';${timed}`)).toEqual(['warning no-time-zone'])
    expect(await codes(`SET @old=@@time_zone, TIME_ZONE='+00:00';SET TIME_ZONE=@old;${timed}`)).toEqual([
      'warning no-time-zone',
    ])
    expect(await codes(`SET TIME_ZONE='Europe/Berlin';${timed}`)).toEqual(['error TL_S208'])
    expect(await codes("CREATE TABLE t (a datetime);INSERT INTO t VALUES ('2024-01-01 00:00:00');")).toEqual([])
  })

  it('warns of text in a charset that nobody names, or that not every character has', async () => {
    const text = "CREATE TABLE t (a int, v varchar(9));INSERT INTO t VALUES (1,'x');"
    expect(await codes(text)).toEqual(['warning no-charset'])
    expect(await codes(text, ['v'])).toEqual([])
    expect(await codes('CREATE TABLE t (v varchar(9));')).toEqual(['warning no-rows'])
    for (const charset of ['utf8mb4', 'binary']) expect(await codes(`SET NAMES ${charset};${text}`)).toEqual([])
    for (const charset of ['utf8mb3', 'latin1', 'gbk']) {
      const found = await findings(`/*!40101 SET NAMES ${charset} */;${text}`)
      expect(found).toMatchObject([{ level: 'warning', code: 'narrow-charset' }])
      expect(found[0]?.message).toContain(`written in ${charset},`)
    }
    const columns = "(v varchar(9) CHARACTER SET latin1, a char(2) CHARACTER SET ascii);INSERT INTO t VALUES ('x','y');"
    for (const charset of ['latin1', 'utf8mb3', 'utf8mb4']) {
      expect(await codes(`SET NAMES ${charset};CREATE TABLE t ${columns}`)).toEqual([])
    }
    expect(await codes(`SET NAMES gbk;CREATE TABLE t ${columns}`)).toEqual(['warning narrow-charset'])
    expect(await codes("CREATE TABLE t (d date);INSERT INTO t VALUES ('2024-01-01');")).toEqual([])
  })

  it('refuses values that are nowhere, as long as somebody wants them', async () => {
    const generated = `${utc}CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a + 1) VIRTUAL, d int DEFAULT 3);INSERT INTO t (a) VALUES (1);`
    expect(await codes(generated)).toEqual(['error TL_S208'])
    expect((await findings(generated))[0]?.message).toMatch(/generated column t\.g/)
    expect(await codes(generated, ['g'])).toEqual([])
    const counted = `${utc}CREATE TABLE t (id int AUTO_INCREMENT, a int, n timestamp DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (id));INSERT INTO t (a) VALUES (1);`
    expect(await codes(counted)).toEqual(['error TL_S208', 'error TL_S208'])
  })

  it('says what FLOATs have lost', async () => {
    const found = await findings(`${utc}CREATE TABLE t (a float, b double);INSERT INTO t VALUES (1,2);`)
    expect(found).toMatchObject([{ level: 'warning', code: 'float-digits' }])
    expect(found[0]?.message).toMatch(/t\.a$/)
  })

  it('warns of a trigger that would have run, but not of one that comes after the rows', async () => {
    const trigger = 'CREATE TRIGGER `tr` AFTER INSERT ON `t` FOR EACH ROW SET @a = 1;'
    expect(await codes(utc + plain + trigger + rows)).toEqual(['warning trigger-before-rows'])
    expect(await codes(utc + plain + rows + trigger)).toEqual([])
    expect(await codes(utc + plain + trigger.replace('INSERT', 'UPDATE') + rows)).toEqual([])
    expect(await codes(`${utc}${plain}CREATE TABLE u (a int);${trigger.replace('`t`', 'dump.u')}${rows}`)).toEqual([])
  })
})
