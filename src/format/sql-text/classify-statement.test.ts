import { describe, expect, it } from 'vitest'
import { classifyStatement, type SkippedObject } from './classify-statement.ts'

const classify = (text: string): ReturnType<typeof classifyStatement> => classifyStatement(Buffer.from(text), {})
const named = (kind: SkippedObject['kind'], name: string, more: Partial<SkippedObject> = {}): unknown => ({
  kind: 'skipped',
  object: { kind, database: undefined, name, placeholder: false, ...more },
})

describe('classifyStatement', () => {
  it.each<[string, unknown]>([
    [
      '/*!50003 CREATE*/ /*!50017 DEFINER=`view`@`%`*/ /*!50003 TRIGGER `a``b` BEFORE INSERT ON `t` x */',
      named('trigger', 'a`b'),
    ],
    ['CREATE DEFINER="event"@"h" PROCEDURE p() SELECT 1', named('procedure', 'p')],
    [
      'CREATE OR REPLACE DEFINER=CURRENT_USER AGGREGATE FUNCTION IF NOT EXISTS `d`.`f`() x',
      named('function', 'f', { database: 'd' }),
    ],
    ['CREATE DEFINER=root@localhost PACKAGE BODY `p` AS x', named('package', 'p')],
    ['CREATE SEQUENCE `s` start with 1', named('sequence', 's')],
    ['/*!50001 CREATE VIEW `v` AS SELECT \n 1 AS `a`,\n 1 AS `b c`*/', named('view', 'v', { placeholder: true })],
    ['/*!50001 CREATE VIEW `v` AS SELECT NULL AS a */', named('view', 'v', { placeholder: true })],
    [
      '/*!50001 CREATE TABLE `v` (\n  `a` tinyint NOT NULL\n) ENGINE=MyISAM */',
      named('view', 'v', { placeholder: true }),
    ],
    [
      '/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`a`@`b` SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS select 1 AS `a` */',
      named('view', 'v'),
    ],
    ['CREATE VIEW v AS SELECT 1 AS `a` FROM t', named('view', 'v')],
    ['CREATE VIEW v (a) AS SELECT 1', named('view', 'v')],
    ["CREATE USER `u`@`h` IDENTIFIED BY 'x'", named('account', 'u')],
    ['GRANT ALL ON *.* TO `u`@`h`', named('account', 'GRANT')],
    ["/*M!100401 INSTALL PLUGIN x SONAME 'y' */", named('plugin', 'x')],
    ['CREATE TABLE `view` (a int)', { kind: 'other' }],
    ['CREATE TEMPORARY TABLE t (a int)', { kind: 'other' }],
    ['CREATE /*!32312 IF NOT EXISTS*/ TABLE t (a int) /*!50100 PARTITION BY x */', { kind: 'other' }],
    ['CREATE DATABASE /*!32312 IF NOT EXISTS*/ `view`', { kind: 'other' }],
    ['CREATE UNIQUE INDEX i ON view (a)', { kind: 'other' }],
    ['LOCK TABLES t WRITE', { kind: 'other' }],
    ['USE `a``b`', { kind: 'use', database: 'a`b' }],
  ])('%s', (text, expected) => {
    expect(classify(text)).toEqual(expected)
  })

  it('gives the tokens of a SET', () => {
    expect(classify("/*!40101 SET @a = 'x' */")).toMatchObject({
      kind: 'set',
      tokens: [{ text: 'SET' }, { text: '@a' }, { text: '=' }, { text: 'x' }, { kind: 'end' }],
    })
  })
})
