import { describe, expect, it } from 'vitest'
import { parseServerExpression, unwrapServerText } from './expression-text.ts'

/** What MySQL 8 and 9 do to an expression before information_schema shows it. */
function wrap(sql: string): string {
  return Buffer.from(sql.replaceAll(/[\\']/g, String.raw`\$&`), 'utf8').toString('latin1')
}

describe('unwrapServerText', () => {
  it.each([
    '(`i5` + 1)',
    "concat(`v`,_utf8mb4'-',_utf8mb4'it\\'s')",
    "(`v` <> _utf8mb4'😀')",
    "concat(`ключ`,_utf8mb4'é日😀\\n\t\\\\\"')",
    "concat(_utf8mb4'Ã©',_utf8mb4'é')",
    '(`größe` > 0)',
  ])('undoes what the server does to %s', (sql) => expect(unwrapServerText(wrap(sql))).toBe(sql))

  it.each(["(`v` <> 'it\\'s')", "(`v` = '日本')", "''", "concat('a','\\\\')", '`größe` > 0'])(
    'leaves %s alone, which shows no sign of it',
    (sql) => expect(unwrapServerText(sql)).toBe(sql),
  )
})

describe('parseServerExpression', () => {
  it('reads what is in the grammar, and nothing else', () => {
    expect(parseServerExpression('(`a` > 0)', 'mysql')).toMatchObject({ kind: 'binary', operator: '>' })
    expect(parseServerExpression('(select 1)', 'mysql')).toBeUndefined()
  })

  it('does not believe MariaDB about literals that name a charset', () => {
    expect(parseServerExpression("`v` <> _utf8mb4'xC3xA9'", 'mariadb')).toBeUndefined()
    expect(parseServerExpression("`v` <> _utf8mb4'xC3xA9'", 'mysql')).toBeDefined()
    expect(parseServerExpression("`v` <> 'xC3xA9'", 'mariadb')).toBeDefined()
  })
})
