import { describe, expect, it } from 'vitest'
import { parseExpression } from '../../format/sql-text/expression.ts'
import type { ColumnTypes } from './ddl/column-types.ts'
import { targetType } from './ddl/target-type.ts'
import { renderCheck, renderDefault, renderGenerated, renderIndexPart } from './expression.ts'

const mood = { name: { schema: 'app', name: 'mood' }, labels: ['new', 'paid', 'O’Brien'] }
const columns: { readonly [name: string]: string } = {
  id: 'bigint',
  qty: 'integer',
  small: 'smallint',
  price: 'numeric(10,2)',
  fine: 'numeric(40,20)',
  ratio: 'double precision',
  active: 'boolean',
  name: 'varchar(50)',
  code: 'character(3)',
  status: '"app"."mood"',
  born: 'date',
  seen: 'timestamp(6)',
  moment: 'timestamptz',
  clock: 'time',
  doc: 'jsonb',
  raw: 'bytea',
  tags: 'text[]',
  shape: 'public.geometry',
}
const types: ColumnTypes = (name) => {
  const type = columns[name]
  return type === undefined ? undefined : targetType(type, [mood])
}
const parse = (sql: string) => {
  const expression = parseExpression(sql)
  if (!expression) throw new Error(`beyond the grammar: ${sql}`)
  return expression
}

describe('a check', () => {
  it.each([
    ['`qty` > 0', '"qty" > 0'],
    ['(`qty` >= 1) and (`qty` <= 10)', '("qty" >= 1) AND ("qty" <= 10)'],
    ['`qty` between 1 and 10', '"qty" BETWEEN 1 AND 10'],
    ['`qty` not between 1 and 10', '"qty" NOT BETWEEN 1 AND 10'],
    ['`qty` in (1,2,-3)', '"qty" IN (1, 2, (-3))'],
    ['`qty` > "5"', '"qty" > 5'],
    ['`active` = 1', '"active" = true'],
    ['`active` in (0,1)', '"active" IN (false, true)'],
    ["`active` = b'1'", '"active" = true'],
    ['`active` = `qty`', '"active"::integer = "qty"'],
    ['`active`', '"active"'],
    ['not `qty`', 'NOT ("qty" <> 0)'],
    ['`qty` xor `active`', '("qty" <> 0) <> "active"'],
    ['`qty` <=> null', '"qty" IS NULL'],
    ['`qty` <=> `id`', '"qty" IS NOT DISTINCT FROM "id"'],
    ['`name` is not null or `active` is true', '("name" IS NOT NULL) OR ("active" IS TRUE)'],
    ['`price` * `qty` > 100', '("price" * "qty") > 100'],
    ['`qty` * `small` > 100', '("qty"::bigint * "small") > 100'],
    ['`id` * `qty` > 100', '("id"::numeric * "qty") > 100'],
    ['`qty` % 2 = 0', '("qty"::bigint % 2) = 0'],
    ['`qty` div `small` = 0', '("qty"::bigint / NULLIF("small", 0)) = 0'],
    ['`qty` & 4 = 4', '("qty"::bigint & 4) = 4'],
    ["`status` in ('new','paid')", `"status" IN ('new'::"app"."mood", 'paid'::"app"."mood")`],
    ["`status` <> 'O’Brien'", `"status" <> 'O’Brien'::"app"."mood"`],
    ["`born` >= '1900-01-01'", `"born" >= '1900-01-01'::date`],
    ["`born` < DATE'2100-02-28'", `"born" < '2100-02-28'::date`],
    ["`seen` > '2000-01-01 12:00:00.5'", `"seen" > '2000-01-01 12:00:00.5'::timestamp`],
    ["`clock` < '23:59:59'", `"clock" < '23:59:59'::time`],
    ['`born` < `seen`', '"born" < "seen"'],
    ['year(`born`) > 1900', 'EXTRACT(YEAR FROM "born")::integer > 1900'],
    ['char_length(`name`) between 1 and 20', 'char_length("name") BETWEEN 1 AND 20'],
    ["`raw` <> x'00ff'", `"raw" <> E'\\\\x00ff'::bytea`],
    ['if(`active`, `qty`, 0) >= 0', '(CASE WHEN "active" THEN "qty" ELSE 0 END) >= 0'],
    ['greatest(`qty`, 1) > 0', '(CASE WHEN "qty" IS NULL OR 1 IS NULL THEN NULL ELSE GREATEST("qty", 1) END) > 0'],
    ["`name` collate utf8mb4_0900_bin = 'x'", `"name" = 'x'`],
    ["`name` collate utf8mb4_0900_bin like 'a%'", `"name" LIKE 'a%'`],
  ])('%s', (source, expected) => {
    expect(renderCheck(parse(source), types)).toEqual({ sql: expected, caveats: [], isAlwaysTrue: false })
  })

  it.each([
    ["`name` = 'a'", `"name" = 'a'`],
    ["`name` in ('a','b')", `"name" IN ('a', 'b')`],
    ["`code` <> 'DE'", `"code"::text <> 'DE'`],
    ["`name` like '%@%'", `"name" LIKE '%@%'`],
    ["`name` not like 'a#%%' escape '#'", `"name" NOT LIKE 'a#%%' ESCAPE '#'`],
  ])('carries the equality of texts with a caveat: %s', (source, expected) => {
    const rendered = renderCheck(parse(source), types)
    expect(rendered).toMatchObject({ sql: expected, caveats: [expect.stringContaining('upper from lower case')] })
  })

  it('is not needed where the type sees to it', () => {
    expect(renderCheck(parse('json_valid(`doc`)'), types)).toMatchObject({ isAlwaysTrue: true })
    expect(renderCheck(parse('json_valid(`doc`) and `qty` > 0'), types)).toMatchObject({ isAlwaysTrue: false })
  })

  it.each([
    ['`qty` / 3 > 1', 'digits'],
    ['`fine` * `fine` > 1', 'cuts off'],
    ['`qty` | 4 = 4', 'unsigned'],
    ['`qty` & `small` = 4', 'mask'],
    ['~`qty` > 0', 'unsigned'],
    ["`name` > 'm'", 'order of texts'],
    ["`name` regexp '^a'", 'regular expressions'],
    ['`name` = 5', 'compares'],
    ['`qty` = null', 'NULL'],
    ["`status` = 'NEW'", 'labels'],
    ["`status` > 'new'", 'order'],
    ["`born` > '2000-02-31'", 'exists'],
    ["`moment` > '2000-01-01'", 'compares'],
    ['hour(`moment`) > 6', 'time zone'],
    ['json_extract(`doc`, "$.a") = 1', 'json_extract'],
    ['`gone` > 1', 'gone'],
    ['`shape` = `shape`', 'compares'],
    ['json_valid(`name`)', 'not JSON'],
    ['(`qty`, `id`) = (1, 2)', 'rows'],
    ["`name` like 'a\\\\\\\\'", 'escape'],
    ['`qty` + interval 1 day > 0', 'span'],
  ])('refuses %s', (source, reason) => {
    expect(renderCheck(parse(source), types)).toEqual({ reason: expect.stringContaining(reason) as string })
  })

  it('says so where the source’s text was beyond the grammar', () => {
    expect(renderCheck(undefined, types)).toEqual({ reason: expect.stringContaining('beyond') as string })
  })
})

describe('a generated column', () => {
  it.each([
    ['concat(`name`, " ", `qty`)', 'text', `"name" || ' ' || "qty"::text`],
    ['concat(`code`, `active`)', 'text', '"code"::text || "active"::integer::text'],
    ['`price` * 1.2', 'numeric(10,2)', '"price" * 1.2'],
    ['`qty` / 100', 'numeric(10,4)', '"qty" * 0.01'],
    [
      '`ratio` / 3e0',
      'double precision',
      `"ratio"::double precision / NULLIF('3e0'::double precision::double precision, 0)`,
    ],
    ['lcase(`name`)', 'varchar(50)', 'lower("name")'],
    ['left(`name`, 3)', 'text', 'left("name", 3)'],
    ['substr(`name`, 2, 3)', 'text', 'substring("name" FROM 2 FOR 3)'],
    ["trim(both 'x' from `name`)", 'text', `btrim("name", 'x')`],
    ["lpad(`qty`, 6, '0')", 'text', `lpad("qty"::text, 6, '0')`],
    ['`qty` > 5', 'smallint', '("qty" > 5)::integer'],
    ['`qty` > 5', 'boolean', '"qty" > 5'],
    ['`qty`', 'boolean', '"qty" <> 0'],
    ['ifnull(`price`, 0)', 'numeric(10,2)', 'COALESCE("price", 0)'],
    ['`born` + interval 1 month', 'date', `("born" + interval '1 month')::date`],
    ['`seen` - interval 90 second', 'timestamp', `"seen" - interval '90 second'`],
    ['cast(`seen` as date)', 'date', '"seen"::date'],
    ['cast(`price` as decimal(20,4))', 'numeric(20,4)', '"price"::numeric(20,4)'],
    ['cast(`qty` as char(3))', 'text', 'left("qty"::text, 3)'],
    ['extract(year from `born`)', 'integer', 'EXTRACT(YEAR FROM "born")::integer'],
    ['dayofweek(`born`)', 'integer', 'EXTRACT(DOW FROM "born")::integer + 1'],
    ['datediff(`seen`, `born`)', 'integer', '"seen"::date - "born"::date'],
    ['round(`price` * 1.5, 1)', 'numeric(10,1)', 'round("price" * 1.5, 1)'],
    [
      "case `status` when 'new' then 1 else 2 end",
      'integer',
      `CASE WHEN "status" = 'new'::"app"."mood" THEN 1 ELSE 2 END`,
    ],
  ])('%s as %s', (source, type, expected) => {
    expect(renderGenerated(parse(source), types, targetType(type, [mood]))).toMatchObject({ sql: expected })
  })

  it.each([
    ['upper(`name`)', 'locale'],
    ['length(`name`)', 'UTF-8'],
  ])('says what %s hangs on', (source, caveat) => {
    const type = targetType(source.startsWith('upper') ? 'text' : 'integer', [])
    expect(renderGenerated(parse(source), types, type)).toMatchObject({ caveats: [expect.stringContaining(caveat)] })
  })

  it.each([
    ["`name` = 'a'", 'boolean', 'compares texts'],
    ["if(`name` like 'a%', 1, 0)", 'integer', 'compares texts'],
    ['concat(`name`, `born`)', 'text', 'prints'],
    ['concat(`name`, `status`)', 'text', 'prints'],
    ['concat_ws(" ", `name`, `code`)', 'text', 'concat_ws'],
    ['cast(`price` as decimal(4,1))', 'numeric(4,1)', 'too small'],
    ['cast(`price` as signed)', 'bigint', 'CAST'],
    ['round(`ratio`)', 'double precision', 'round'],
    ['`qty`', 'text', 'no text'],
    ['`seen`', 'date', 'no date'],
    ['now()', 'timestamp', 'now()'],
    ['uuid()', 'uuid', 'uuid()'],
    ['year(`moment`)', 'integer', 'time zone'],
  ])('refuses %s as %s', (source, type, reason) => {
    expect(renderGenerated(parse(source), types, targetType(type, [mood]))).toEqual({
      reason: expect.stringContaining(reason) as string,
    })
  })
})

describe('an index part and a default', () => {
  it('renders the first', () => {
    expect(renderIndexPart(parse('lower(`name`)'), types)).toMatchObject({ sql: 'lower("name")' })
    expect(renderIndexPart(parse('cast(json_extract(`doc`, "$.a") as char(10) array)'), types)).toHaveProperty('reason')
  })

  it.each([
    ['uuid()', 'uuid', 'gen_random_uuid()'],
    ['uuid()', 'varchar(36)', 'gen_random_uuid()::text'],
    ['json_array()', 'jsonb', `'[]'::jsonb`],
    ['json_object()', 'json', `'{}'::json`],
    ['curdate()', 'date', 'CURRENT_DATE'],
    ['current_timestamp(6) + interval 1 day', 'timestamptz', `CURRENT_TIMESTAMP + interval '1 day'`],
    ['current_timestamp(3)', 'timestamp(3)', 'LOCALTIMESTAMP(3)'],
    ['1 + 2', 'integer', '1 + 2'],
    ["'new'", '"app"."mood"', `'new'::"app"."mood"`],
  ])('renders the second: %s as %s', (source, type, expected) => {
    expect(renderDefault(parse(source), targetType(type, [mood]))).toEqual({ sql: expected, caveats: [] })
  })

  it.each([
    ['`qty` + 1', 'integer'],
    ['uuid()', 'bytea'],
    ["json_array('a')", 'jsonb'],
  ])('refuses %s as a default of %s', (source, type) => {
    expect(renderDefault(parse(source), targetType(type, []))).toHaveProperty('reason')
  })
})
