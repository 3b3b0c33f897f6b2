import { describe, expect, it } from 'vitest'
import type { Expression } from '../../model/expression.ts'
import { parseExpression, unescapeSchemaExpression } from './expression.ts'

/** Every node in brackets, so that a test shows how the text was taken apart. */
function shape(node: Expression | undefined): string {
  if (node === undefined) return 'undefined'
  const not = 'negated' in node && node.negated ? 'not ' : ''
  switch (node.kind) {
    case 'literal':
      if (node.type === 'null') return 'NULL'
      if (node.type === 'bool') return String(node.value)
      if (node.type === 'number') return node.text
      if (node.type === 'string') return `${node.charset ?? ''}${JSON.stringify(node.value)}`
      return `${node.type}:${'digits' in node ? node.digits : node.text}`
    case 'column':
      return [...node.qualifier, node.name].join('.')
    case 'call':
      return `${node.name}(${node.args.map(shape).join(', ')})`
    case 'unary':
      return `[${node.operator} ${shape(node.operand)}]`
    case 'binary':
      return `[${shape(node.left)} ${node.operator} ${shape(node.right)}]`
    case 'in':
      return `[${shape(node.operand)} ${not}in ${node.items.map(shape).join(', ')}]`
    case 'between':
      return `[${shape(node.operand)} ${not}between ${shape(node.low)} .. ${shape(node.high)}]`
    case 'is':
      return `[${shape(node.operand)} is ${not}${node.what}]`
    case 'like':
      return `[${shape(node.operand)} ${not}like ${shape(node.pattern)}${node.escape ? ` escape ${shape(node.escape)}` : ''}]`
    case 'case': {
      const branches = node.branches.map(({ when, then }) => `when ${shape(when)} then ${shape(then)}`)
      return `[case ${node.operand ? `${shape(node.operand)} ` : ''}${branches.join(' ')} else ${shape(node.otherwise)}]`
    }
    case 'cast': {
      const { name, args, charset, array } = node.type
      return `[${shape(node.operand)} as ${name}(${args.join(',')})${charset ? ` ${charset}` : ''}${array ? ' array' : ''}]`
    }
    case 'collate':
      return `[${shape(node.operand)} collate ${node.collation}]`
    case 'interval':
      return `interval ${shape(node.amount)} ${node.unit}`
    case 'row':
      return `row(${node.items.map(shape).join(', ')})`
    case 'keyword':
      return `<${node.word}>`
  }
}

describe('parseExpression', () => {
  it.each([
    // As MySQL prints it.
    ['(`a` > 0)', '[a > 0]'],
    [
      "((`balance` >= 0) and ((`n` <> _utf8mb4'') or (`n` is null)))",
      '[[balance >= 0] and [[n <> utf8mb4""] or [n is null]]]',
    ],
    [
      "(`born` between _utf8mb4'1900-01-01' and _latin1'2999-12-31')",
      '[born between utf8mb4"1900-01-01" .. latin1"2999-12-31"]',
    ],
    ["regexp_like(`name`,_utf8mb4'^[a-z]\\'\\\\d')", 'regexp_like(name, utf8mb4"^[a-z]\'\\\\d")'],
    [
      '((case when (`n` is null) then 1 when (`n` in (1,2)) then 1 else 0 end) = 1)',
      '[[case when [n is null] then 1 when [n in 1, 2] then 1 else 0] = 1]',
    ],
    ["json_unquote(json_extract(`j`,_utf8mb4'$.a'))", 'json_unquote(json_extract(j, utf8mb4"$.a"))'],
    ["cast(json_extract(`j`,_utf8mb4'$.t') as unsigned array)", '[json_extract(j, utf8mb4"$.t") as unsigned() array]'],
    ["(not((`c` like _utf8mb4'x|%' escape _utf8mb4'|')))", '[not [c like utf8mb4"x|%" escape utf8mb4"|"]]'],
    ['((0 <> `a`) is not true)', '[[0 <> a] is not true]'],
    ['(-(5) + `a`)', '[-5 + a]'],
    ['-((`a` + `b`))', '[- [a + b]]'],
    ['(~(`a`) DIV 2)', '[[~ a] div 2]'],
    [
      "((`d` + interval (`a` + 1) day) - interval _utf8mb4'1:30' hour_minute)",
      '[[d + interval [a + 1] day] - interval utf8mb4"1:30" hour_minute]',
    ],
    ['interval(`a`,1,5)', 'interval(a, 1, 5)'],
    ['(1 + interval(`a`,1,5))', '[1 + interval(a, 1, 5)]'],
    ['extract(day_hour from `d`)', 'extract(<day_hour>, d)'],
    ['timestampdiff(DAY,`d`,now())', 'timestampdiff(<day>, d, now())'],
    ["trim(both _utf8mb4'x' from `c`)", 'trim(<both>, utf8mb4"x", c)'],
    ['((`a`,`b`) in ((1,2),(3,4)))', '[row(a, b) in row(1, 2), row(3, 4)]'],
    ['cast(`c` as char(10) charset latin1)', '[c as char(10) latin1]'],
    ['convert(`c` using latin1)', '[c as char() latin1]'],
    ["(`c` = (_utf8mb4'x' collate utf8mb4_bin))", '[c = [utf8mb4"x" collate utf8mb4_bin]]'],
    ["(`d` > DATE'2020-01-01')", '[d > date:2020-01-01]'],
    ['0x4142', 'hex:4142'],
    // As MariaDB prints it, with no more parentheses than it needs.
    ["`a` = 1 and `b` = 2 or `c` <> 'x' xor `a` > 3", '[[[a = 1] and [b = 2]] or [[c <> "x"] xor [a > 3]]]'],
    ['`a` & `b` | 3 ^ 2 << 1 >> 2', '[[a & b] | [[[3 ^ 2] << 1] >> 2]]'],
    ['`a` + `b` * 2 - -`a`', '[[a + [b * 2]] - [- a]]'],
    ['--`a`', '[- [- a]]'],
    ['`a` - (`b` - 1) - `a` MOD 3', '[[a - [b - 1]] - [a % 3]]'],
    ["`c`  not like 'x|%' escape '|'", '[c not like "x|%" escape "|"]'],
    ["!(`c` regexp '^a')", '[not [c regexp "^a"]]'],
    ['`a` = 1 is not true', '[[a = 1] is not true]'],
    ['`a` = `b` = 1', '[[a = b] = 1]'],
    ['`a` = 1 = (`b` = 1)', '[[a = 1] = [b = 1]]'],
    ['`a` between `b` and `b` + 1 and `b` > 0', '[[a between b .. [b + 1]] and [b > 0]]'],
    ['`n` in (1,2,3) or `n` is not null', '[[n in 1, 2, 3] or [n is not null]]'],
    ["`c` collate utf8mb4_bin like 'x'", '[[c collate utf8mb4_bin] like "x"]'],
    ["`d` + interval `a` day > '2020-01-01'", '[[d + interval a day] > "2020-01-01"]'],
    ['not `a` = 1 and `b`', '[[not [a = 1]] and b]'],
    ['nextval(`shop`.`s1`)', 'nextval(shop.s1)'],
    ["X'4142'", 'hex:4142'],
    // As people write it, and --skip-quote-names.
    [
      "length(trim(name)) >= 3 AND NOT status IN ('a', 'b')",
      '[[length(trim(name)) >= 3] and [not [status in "a", "b"]]]',
    ],
    [
      "doc->>'$.a' != 'x' && doc->'$.b' IS NOT NULL",
      '[[json_unquote(json_extract(doc, "$.a")) <> "x"] and [json_extract(doc, "$.b") is not null]]',
    ],
    ['CURRENT_TIMESTAMP', 'current_timestamp()'],
    ["t.`c` RLIKE 'x'", '[t.c regexp "x"]'],
    ['TRUE', 'true'],
    ['0xABC', 'hex:0ABC'],
    ["b'101'", 'bits:101'],
    ["'it''s' 'x'", 'undefined'],
    ["_utf8mb4'日本'", 'utf8mb4"日本"'],
    ["concat(_utf8mb4'\\\\x08', '\\x08')", 'concat(utf8mb4"\\\\x08", "x08")'],
    ['(((`a`)))', 'a'],
  ])('%s', (text, expected) => {
    expect(shape(parseExpression(text))).toBe(expected)
  })

  it.each([
    '',
    '(',
    ')',
    '`a` >',
    '`a` `b`',
    '(`a`',
    'in (1)',
    '`a` in ()',
    '`a` between 1',
    'case end',
    'case when 1 then 2',
    "'x",
    '`a',
    '`a` || `b`',
    '(select 1)',
    'exists(select 1)',
    '@a',
    '@@sql_mode',
    'count(distinct `a`)',
    'sum(`a`) over ()',
    '`a` = all (select 1)',
    "json_value(`c`, _utf8mb4'$.a' returning signed)",
    '1 member of (`c`)',
    'char(65 using utf8mb4)',
    "get_format(DATE, 'USA')",
    "match (`a`) against ('x')",
    'binary `a`',
    "_latin1'\u00E9'",
    'cast(`a` as unknown)',
    'interval 1 day',
    '`a` + interval 1 fortnight',
    "position('a' in `c`)",
    '`a` not null',
    '`a` is',
    '`f`.`g`(1)',
    '`a` = not `b`',
    '?',
    ':a',
    '`a` ; `b`',
    '*',
    'count(*)',
    '_utf8mb4 0x41',
    "_utf8mb4'a\\x08'",
    "_utf8mb4'\\\\\\x08'",
  ])('does not guess at %j', (text) => {
    expect(parseExpression(text)).toBeUndefined()
  })

  it('reads names in double quotes under ANSI_QUOTES, and strings otherwise', () => {
    expect(shape(parseExpression('"n" in (1,2)', { ansiQuotes: true }))).toBe('[n in 1, 2]')
    expect(shape(parseExpression('"n" in (1,2)'))).toBe('["n" in 1, 2]')
  })

  it('reads what is nested deep, and does not know what is nested too deep for its stack', () => {
    const nested = (depth: number): string => `${'('.repeat(depth)}1${')'.repeat(depth)}`
    expect(shape(parseExpression(nested(150)))).toBe('1')
    expect(shape(parseExpression(Array(1000).fill('`a`').join(' + '))).endsWith('] + a]')).toBe(true)
    for (const text of [
      nested(100_000),
      `${'- '.repeat(100_000)}1`,
      `${'not '.repeat(100_000)}1`,
      `${'1 between 1 and '.repeat(100_000)}1`,
    ]) {
      expect(parseExpression(text)).toBeUndefined()
    }
  })
})

describe('unescapeSchemaExpression', () => {
  it.each([
    ["regexp_like(`name`,_utf8mb4\\'^[a-z]\\\\\\'\\\\\\\\d\\')", "regexp_like(`name`,_utf8mb4'^[a-z]\\'\\\\d')"],
    ["(`b\\\\\\\\s``\\'x` > length(_utf8mb4\\'a\\\\\\\\\\\\\\'\\'))", "(`b\\\\s``'x` > length(_utf8mb4'a\\\\\\''))"],
    ['(`a` > 0)', '(`a` > 0)'],
    ["concat(`a`,'')", "concat(`a`,'')"],
  ])('%s', (text, expected) => {
    expect(unescapeSchemaExpression(text)).toBe(expected)
  })
})
