import { describe, expect, it } from 'vitest'
import { SessionSettings, type SessionState } from './session-settings.ts'
import { tokenize } from './tokens.ts'

function after(statements: readonly string[], from?: SessionState): SessionSettings {
  const session = new SessionSettings(from)
  for (const statement of statements) expect(session.applySet(tokenize(statement))).toBeUndefined()
  return session
}

describe('SessionSettings', () => {
  it('follows what a dump sets, saves and puts back', () => {
    const head = [
      '/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */',
      '/*!50503 SET NAMES utf8mb4 */',
      "/*!40103 SET TIME_ZONE='+00:00' */",
      "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,ANSI' */",
    ]
    const session = after(head)
    expect(session).toMatchObject({
      charset: 'utf8mb4',
      timeZone: '+00:00',
      ansiQuotes: true,
      noBackslashEscapes: false,
    })
    const table = after(
      ['SET @saved_cs_client = @@character_set_client', 'SET character_set_client = gbk'],
      session.state(),
    )
    expect(table.charset).toBe('gbk')
    expect(after(['SET character_set_client = @saved_cs_client'], table.state()).charset).toBe('utf8mb4')
    const foot = after(['SET SQL_MODE=@OLD_SQL_MODE, CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT'], table.state())
    expect(foot).toMatchObject({ charset: undefined, sqlMode: undefined, ansiQuotes: false })
  })

  it.each<[string, boolean, boolean]>([
    ["SET sql_mode='no_backslash_escapes, ANSI_QUOTES'", true, true],
    ["SET SESSION sql_mode := 'NO_BACKSLASH_ESCAPES'", false, true],
    ["SET @@session.sql_mode = 'ORACLE'", true, false],
    ['SET @@sql_mode = 1048580', true, true],
    ['SET sql_mode = 0', false, false],
    ["SET GLOBAL sql_mode = 'ANSI'", false, false],
    ["SET @@GLOBAL.sql_mode = 'ANSI'", false, false],
    ["SET sql_mode = REPLACE(@@sql_mode, 'ONLY_FULL_GROUP_BY', '')", false, false],
    ["SET @m = 'ANSI', sql_mode = @m", true, false],
    ['SET sql_mode = DEFAULT', false, false],
  ])('%s', (statement, ansiQuotes, noBackslashEscapes) => {
    expect(after([statement])).toMatchObject({ ansiQuotes, noBackslashEscapes })
  })

  it.each(["SET sql_mode = CONCAT(@@sql_mode, ',ANSI')", "SET character_set_client = CONCAT('gb', 'k')", 'SET NAMES'])(
    'says that it cannot follow %s',
    (statement) => {
      expect(new SessionSettings().applySet(tokenize(statement))).toEqual(expect.any(String))
    },
  )

  it('knows SET NAMES … COLLATE, SET CHARACTER SET and quoted names', () => {
    expect(after(["SET NAMES 'LATIN1' COLLATE latin1_bin"]).charset).toBe('latin1')
    expect(after(['SET CHARACTER SET gbk']).charset).toBe('gbk')
    expect(after(['SET NAMES gbk', 'SET NAMES DEFAULT']).charset).toBeUndefined()
  })

  it('can be written down and taken up again', () => {
    const session = after(['SET NAMES gbk', "SET sql_mode='ANSI', @a = 1, @b = @@time_zone, time_zone = SYSTEM"])
    session.database = 'shop'
    const state = JSON.parse(JSON.stringify(session.state())) as SessionState
    expect(new SessionSettings(state).state()).toEqual(session.state())
    expect(new SessionSettings(state).rules).toEqual({ ansiQuotes: true, backslash: true })
  })
})
