import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { looksLikeDump, parseDumpHeader } from './dump-header.ts'

const folder = new URL('./fixtures/', import.meta.url)
const firstKibibyte = (name: string): Buffer => readFileSync(new URL(name, folder)).subarray(0, 1024)

describe('parseDumpHeader', () => {
  it('tells the tool, the server and the database', () => {
    expect(parseDumpHeader(firstKibibyte('mysql9-gbk.sql'))).toEqual({
      tool: 'mysqldump',
      flavour: 'mysql',
      serverVersion: '9.7.4-2',
      database: 'cjk',
    })
    expect(parseDumpHeader(firstKibibyte('mariadb-full.sql'))).toMatchObject({
      tool: 'mariadb-dump',
      flavour: 'mariadb',
      serverVersion: expect.stringMatching(/^10\.11\.\d+-MariaDB/) as string,
    })
  })

  it('knows MariaDB by its server where its tool still had the old name, and by its sandbox line', () => {
    const old =
      '-- MySQL dump 10.16  Distrib 10.1.48-MariaDB, for debian-linux-gnu (x86_64)\n--\n-- Host: localhost    Database: \n'
    expect(parseDumpHeader(Buffer.from(old))).toMatchObject({
      tool: 'mysqldump',
      flavour: 'mariadb',
      database: undefined,
    })
    expect(parseDumpHeader(firstKibibyte('mariadb-hex-single.sql'))).toEqual({
      tool: undefined,
      flavour: 'mariadb',
      serverVersion: undefined,
      database: undefined,
    })
    expect(parseDumpHeader(Buffer.from('SET @a = 1;'))).toMatchObject({ tool: undefined, flavour: undefined })
  })
})

describe('looksLikeDump', () => {
  const dumps = readdirSync(folder).filter((name) => name.endsWith('.sql'))

  it.each(dumps)('knows %s', (name) => {
    expect(looksLikeDump(firstKibibyte(name))).toBe(true)
  })

  it.each([
    '\uFEFF\r\n-- MySQL dump 10.13\r\n',
    '/* long comment',
    'insert into t values (1);',
    'mysqldump: [Warning] Using a password on the command line interface can be insecure.\n-- MySQL dump 10.13\n',
    '# by hand\nUSE `x`;',
    '/*!40101 SET NAMES utf8 */;',
    'DELIMITER ;;\n',
  ])('knows %j', (text) => {
    expect(looksLikeDump(Buffer.from(text))).toBe(true)
  })

  it.each<[string, string | Uint8Array]>([
    ['an empty file', ''],
    ['blanks', ' \n\n'],
    ['CSV', 'id,name\n1,Ann\n'],
    ['JSON', '{"a": 1}'],
    ['CSV whose first column is a word of SQL', 'update,name\n1,Ann\n'],
    ['prose', 'Dear reader,'],
    ['gzip', gzipSync('INSERT INTO t VALUES (1);')],
    ['a PostgreSQL archive', 'PGDMP\u0001\u000e'],
    ["pg_dump's SQL", '--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n'],
    ['UTF-16', Buffer.from('\uFEFFSET @a = 1;', 'utf16le')],
    ['zeros', new Uint8Array(1024)],
  ])('does not take %s for one', (_, content) => {
    expect(looksLikeDump(typeof content === 'string' ? Buffer.from(content) : content)).toBe(false)
  })
})
