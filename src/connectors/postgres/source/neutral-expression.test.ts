import { describe, expect, it } from 'vitest'
import { parseExpression } from '../../../format/sql-text/expression.ts'
import { neutralExpression } from './neutral-expression.ts'

const isText = (name: string): boolean => name === 'status' || name === 'name'

describe('expressions as pg_get_expr prints them', () => {
  it.each([
    ['(n > (0)::numeric)', 'n > 0'],
    [
      "((status)::text = ANY ((ARRAY['a'::character varying, 'b''c'::character varying])::text[]))",
      "status IN ('a', 'b''c')",
    ],
    ["(status = ANY (ARRAY['a'::text, 'b'::text]))", "status IN ('a', 'b')"],
    ["((status = ANY (ARRAY['a'::text])) AND (n > 0))", "(status IN ('a')) AND (n > 0)"],
    ['("Odd name" IS NOT NULL)', '`Odd name` IS NOT NULL'],
    ['((b * 2) + 1)', '(b * 2) + 1'],
    ["(born >= '1900-01-01'::date)", "born >= '1900-01-01'"],
    ['((length(name) > 3) OR (NOT flag))', '(char_length(name) > 3) OR (NOT flag)'],
    ['(ends > begins)', 'ends > begins'],
  ])('%s says %s', (sql, neutral) => {
    const expected = parseExpression(
      neutral.replaceAll(/\b(n|status|b|born|name|flag|ends|begins)\b(?![^']*'[^']*$)/g, '$1'),
    )
    expect(expected).toBeDefined()
    expect(neutralExpression(sql, isText)).toEqual(expected)
  })

  it.each([
    '(a || b)',
    "((name)::text ~~ '%@%'::text)",
    "(a ~ '^x'::text)",
    "('now'::text)::timestamp with time zone > a",
    '(f(x) > 1)',
    '(a > CURRENT_DATE)',
    'CASE WHEN a THEN 1 ELSE 2 END',
    "(d > ('now'::text)::date)",
    "((n)::text = '5'::text)",
    '((name)::integer > 5)',
    '((a + b))::integer > 5',
    '(at > now())',
    "(a = 'x\\y'::text)",
    "(tags @> ARRAY['a'::text])",
    '(a IS DISTINCT FROM b)',
    "((j ->> 'k'::text) = 'v'::text)",
    '(d = (a)::app.mood)',
  ])('%s is beyond the grammar', (sql) => expect(neutralExpression(sql, isText)).toBeUndefined())
})
