import { describe, expect, it } from 'vitest'
import { plainSql } from './plain-sql.ts'

describe('plainSql', () => {
  it.each([
    ['CREATE VIEW `v` AS select 1', 'CREATE VIEW `v` AS select 1'],
    [
      '/*!50001 CREATE ALGORITHM=MERGE */\n/*!50013 DEFINER=`a`@`b` SQL SECURITY INVOKER */\n/*!50001 VIEW `v` AS select 1 */\n/*!50002 WITH CASCADED CHECK OPTION */',
      'CREATE ALGORITHM=MERGE DEFINER=`a`@`b` SQL SECURITY INVOKER VIEW `v` AS select 1 WITH CASCADED CHECK OPTION',
    ],
    [
      "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t AFTER INSERT ON u FOR EACH ROW BEGIN\n  -- it's */ a comment\n  SET @a = \"*/ \\\" /*!1 x */\"; /* isn't it? */\n  SET @b = 'it''s'; # */\nEND */",
      "CREATE DEFINER=`a`@`b` TRIGGER t AFTER INSERT ON u FOR EACH ROW BEGIN\n  -- it's */ a comment\n  SET @a = \"*/ \\\" /*!1 x */\"; /* isn't it? */\n  SET @b = 'it''s'; # */\nEND",
    ],
    ['/*M!100301 CREATE SEQUENCE `s` */', 'CREATE SEQUENCE `s`'],
    ["CREATE PROCEDURE `it's /*!*/`() SELECT 1", "CREATE PROCEDURE `it's /*!*/`() SELECT 1"],
    ['select 1 /* unfinished', 'select 1 /* unfinished'],
  ])('%j', (text, plain) => expect(plainSql(text)).toBe(plain))
})
