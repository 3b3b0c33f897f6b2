import type { Connection } from 'mysql2/promise'
import { type FieldValue, loadRows } from './load-rows.ts'

export const badRowsCount = 1_000_000
/** Of a table with bad rows, one in so many is. */
const everyNth = 1_000

const columns = `(
  id int NOT NULL,
  born date,
  seen datetime,
  size int NOT NULL,
  price decimal(12,4) NOT NULL,
  code varchar(40) NOT NULL,
  label varchar(10) NOT NULL,
  took time NOT NULL,
  note varchar(60),
  doc longtext NOT NULL,
  raw varbinary(40) NOT NULL,
  parent int NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`

/** What a table has of bad rows: none, those that no column of the target takes, or those that only its constraints refuse. */
export type Badness = 'clean' | 'types' | 'constraints'

type Row = { -readonly [column in (typeof names)[number]]: FieldValue }
const names = ['id', 'born', 'seen', 'size', 'price', 'code', 'label', 'took', 'note', 'doc', 'raw', 'parent'] as const

/** What is wrong with a row, and the column and code that it is rejected with. */
interface BadKind {
  readonly column: string | undefined
  readonly code: string
  readonly spoil: Partial<Row>
}

/** Ten ways in which a value has no place in the target's column. */
export const typeKinds: readonly BadKind[] = [
  { column: 'born', code: 'TL_D406', spoil: { born: '2024-02-30' } },
  { column: 'seen', code: 'TL_D406', spoil: { seen: '2023-00-10 01:02:03' } },
  { column: 'size', code: 'TL_D402', spoil: { size: 40_000 } },
  { column: 'price', code: 'TL_D402', spoil: { price: '1234567.0000' } },
  { column: 'price', code: 'TL_D402', spoil: { price: '1.2345' } },
  { column: 'code', code: 'TL_D402', spoil: { code: 'longer than the column is' } },
  { column: 'label', code: 'TL_D407', spoil: { label: 'unheard' } },
  { column: 'took', code: 'TL_D402', spoil: { took: '30:00:00' } },
  { column: 'note', code: 'TL_D403', spoil: { note: null } },
  { column: 'doc', code: 'TL_D408', spoil: { doc: '{"half": ' } },
]

/** Ten that only a constraint of the target refuses. */
export const constraintKinds: readonly BadKind[] = (
  [
    { born: '2031-01-01' },
    { seen: '2019-01-01 00:00:00' },
    { size: 13 },
    { price: '0.5000' },
    { code: 'lower' },
    { label: 'sent', size: 0 },
    { took: '23:30:00' },
    { note: '' },
    { parent: 0 },
    // Of the first row, which one lane reads before all others.
    { raw: 'raw 1' },
  ] as const
).map((spoil) => ({ column: undefined, code: 'TL_D409', spoil }))

/** The table that is there before the load: its types are narrower than the source's. */
export const narrowTarget = `CREATE TABLE items (id int PRIMARY KEY, born date, seen timestamp, size smallint NOT NULL,
  price numeric(8,2) NOT NULL, code varchar(12) NOT NULL, label label NOT NULL, took time NOT NULL, note text NOT NULL,
  doc jsonb NOT NULL, raw bytea NOT NULL, parent int NOT NULL)`
const labels = `CREATE TYPE label AS ENUM ('new', 'paid', 'sent')`

/** The same with the constraints that bad rows break. */
const constrained = [
  'CREATE TABLE parents (id int PRIMARY KEY)',
  'INSERT INTO parents SELECT generate_series(1, 100)',
  'ALTER TABLE items ADD FOREIGN KEY (parent) REFERENCES parents',
  'CREATE UNIQUE INDEX one_raw ON items (raw)',
  `ALTER TABLE items ADD CHECK (born < '2030-01-01'), ADD CHECK (seen >= '2020-01-01'), ADD CHECK (size <> 13),
     ADD CHECK (price >= 1), ADD CHECK (code ~ '^[A-Z0-9-]+$'), ADD CHECK (label <> 'sent' OR size > 0),
     ADD CHECK (took < '23:00'), ADD CHECK (note <> '')`,
]

export function targetStatements(badness: Badness): readonly string[] {
  return [labels, narrowTarget, ...(badness === 'constraints' ? constrained : [])]
}

/** Whether a row of a table with bad ones is one, and of which kind. */
export function badKindOf(id: number): number | undefined {
  return id % everyNth === everyNth / 2 ? Math.floor(id / everyNth) % typeKinds.length : undefined
}

/** Makes the table `items` anew and fills it: the same rows each time, and of `rowCount / 1000` one value is another. */
export async function createBadRowsTable(connection: Connection, badness: Badness, rowCount: number): Promise<void> {
  await connection.query(`CREATE TABLE items ${columns}`)
  await loadRows(connection, 'items', rowCount, (id) => {
    const row = goodRow(id)
    return names.map((name) => row[name])
  })
  const kinds = badness === 'clean' ? [] : badness === 'types' ? typeKinds : constraintKinds
  await connection.query(`SET SESSION sql_mode = 'ALLOW_INVALID_DATES'`)
  for (const [kind, { spoil }] of kinds.entries()) {
    const where = `id % ${everyNth * kinds.length} = ${everyNth * kind + everyNth / 2}`
    await connection.query(`UPDATE items SET ? WHERE ${where}`, [spoil])
  }
}

const labelNames = ['new', 'paid', 'sent'] as const

function goodRow(id: number): Row {
  const two = (value: number): string => String(value).padStart(2, '0')
  return {
    id,
    born: `20${two(id % 28)}-${two((id % 12) + 1)}-${two((id % 28) + 1)}`,
    seen: `2024-${two((id % 12) + 1)}-${two((id % 28) + 1)} ${two(id % 24)}:00:00`,
    size: (id % 20_000) + 20,
    price: `${(id % 90_000) + 1}.${two(id % 100)}00`,
    code: `C-${id}`,
    label: labelNames[id % 3] ?? 'new',
    took: `${two(id % 22)}:${two(id % 60)}:00`,
    note: `note ${id} of a customer who has much to tell`,
    doc: `{"id": ${id}, "tags": ["a", "b"]}`,
    raw: `raw ${id}`,
    parent: (id % 100) + 1,
  }
}

/** The pipeline that loads it: types and modes as the table asks for. */
export function badRowsPipeline(source: string, target: string, more: readonly string[] = []): string {
  return [
    'version: 1',
    `source: ${source}`,
    `target: ${target}`,
    'mode: append',
    ...more,
    'datasets:',
    '  - from: items',
    '    columns: {took: {type: time(0)}, doc: {type: json}}',
  ].join('\n')
}
