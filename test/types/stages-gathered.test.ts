import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DatasetConfig } from '../../src/config/pipeline.ts'
import type { Plain } from '../../src/model/plain.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { Move, sourceEngines } from './migrate.ts'

const seed = [
  `CREATE TABLE products (id int PRIMARY KEY, name varchar(20), home varchar(20), work varchar(20))`,
  `INSERT INTO products VALUES (1, 'Ä', 'h1', NULL), (2, 'b', NULL, NULL), (3, 'c', 'h3', 'w3')`,
  `CREATE TABLE facts (id int PRIMARY KEY AUTO_INCREMENT, product int NOT NULL, name varchar(20) NOT NULL, value varchar(40),
     FOREIGN KEY of_product (product) REFERENCES products (id))`,
  `INSERT INTO facts (product, name, value) VALUES (1, 'color', 'red'), (3, 'size', '12'), (1, 'size', '-3'), (3, 'note', 'x'), (3, 'color', NULL)`,
  `CREATE TABLE parts (id int PRIMARY KEY, product int, weight decimal(8,3), bought datetime(2), big bigint unsigned)`,
  `INSERT INTO parts VALUES (1, 3, 1.250, '2024-02-29 01:02:03.45', 18446744073709551615), (2, 3, 0.5, NULL, NULL), (3, NULL, NULL, NULL, 7), (4, 1, -1, NULL, 0)`,
]

const config = (from: string, ...transform: Plain[]): DatasetConfig => ({ from, columns: {}, transform })

const datasets = [
  config(
    'products',
    {
      nest: {
        from: 'parts',
        by: 'product',
        key: 'id',
        columns: ['weight', 'bought', 'big'],
        order: 'weight',
        into: 'parts',
      },
    },
    { lookup: { column: 'id', in: 'facts', by: 'product', take: 'color', into: 'color', otherwise: 'null' } },
    {
      unpivot: {
        columns: { home: 'home', work: 'work' },
        to: 'places',
        key: { id: 'product' },
        name: 'kind',
        value: 'place',
      },
    },
    { drop: ['home', 'work'] },
  ),
  config('facts', {
    pivot: {
      by: 'product',
      name: 'name',
      value: 'value',
      columns: { color: 'text', size: 'int(32)' },
      otherwise: 'drop',
    },
  }),
  config('parts'),
]

for (const engine of sourceEngines) {
  describeEngines([engine, 'postgres15'], `rows that stages gather from ${engine}`, () => {
    let move: Move
    let attempts = 0

    beforeAll(async () => {
      move = await Move.between(engine)
      for (const sql of seed) await move.source.query(sql)
    })
    afterAll(async () => await move[Symbol.asyncDispose]())

    it('are there once, though the run is stopped after each of its commits', async () => {
      for (let isDone = false; !isDone; attempts++) {
        const { summary } = await move.run({ pipeline: { datasets }, stopEarly: true, flags: { laneCount: 1 } })
        isDone = summary.status === 'ok'
        expect(attempts).toBeLessThan(10)
        if (!isDone) continue
        expect(summary.error).toBeUndefined()
        expect(summary.validation?.status).toBe('equal')
        expect(summary.datasets).toMatchObject([
          { from: 'facts', read: 5, written: 2, merged: 2, filtered: 1, rejected: 0 },
          { from: 'parts', read: 4, written: 4 },
          { from: 'products', read: 3, written: 3, outputs: [{ written: 3 }, { to: 'public.places', written: 3 }] },
        ])
      }
      expect(attempts).toBeGreaterThan(3)
    })

    it('have their values, digit by digit', async () => {
      expect(await move.texts('facts', `product || ' ' || coalesce(color, '-') || ' ' || size`, 'product')).toEqual([
        '1 red -3',
        '3 - 12',
      ])
      expect(await move.texts('places', `product || kind || place`, '1')).toEqual(['1homeh1', '3homeh3', '3workw3'])
      expect(await move.texts('products', 'color')).toEqual(['red', null, null])
      expect(await move.texts('products', 'parts')).toEqual([
        '[{"big": 0, "bought": null, "weight": -1.000}]',
        '[]',
        '[{"big": null, "bought": null, "weight": 0.500}, {"big": 18446744073709551615, "bought": "2024-02-29 01:02:03.45", "weight": 1.250}]',
      ])
      // MariaDB needs no index of its own for the foreign key.
      const definitions = [...(await move.definitionsOf('facts')).values()].filter(
        (one) => !one.includes(' of_product '),
      )
      expect(definitions.toSorted()).toEqual([
        'CREATE UNIQUE INDEX facts_pkey ON public.facts USING btree (product)',
        'FOREIGN KEY (product) REFERENCES products(id)',
      ])
    })
  })
}
