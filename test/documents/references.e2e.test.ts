import { DBRef, Int32, Long, ObjectId } from 'bson'
import { expect, it } from 'vitest'
import { validate } from '../../src/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { createMongoDatabase } from '../support/mongo-database.ts'
import { type Arrived, DocumentWorld } from './document-world.ts'

const id = (n: number): ObjectId => new ObjectId(n.toString(16).padStart(24, '0'))
const of = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

/** Documents that refer to each other in every way that there is. */
function shop() {
  return {
    customers: of(20).map((n) => ({ _id: id(n), name: `c${n}` })),
    products: of(5).map((n) => ({ _id: id(100 + n), name: `p${n}` })),
    stores: of(3).map((n) => ({ _id: new Int32(n) })),
    orders: of(50).map((n) => ({
      _id: new Int32(n),
      customer: id((n % 20) + 1),
      buyer: { _id: id((n % 20) + 1), name: 'as it was' },
      customerIds: [id((n % 20) + 1)],
      lines: [{ product_id: id(101 + (n % 5)), count: new Int32(1) }],
      seller: new DBRef('customers', id((n % 3) + 1)),
      // Two of them lead nowhere.
      product: n % 25 === 0 ? id(999) : id(101),
      // It is not what it is called.
      store_id: id(5000 + n),
      shop: new Int32((n % 3) + 1),
    })),
  }
}

const shape = { shop: { references: 'stores' } } as const

async function foreignKeys({ target }: DocumentWorld): Promise<readonly unknown[]> {
  const found = await target.query(
    `SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE contype = 'f'
     AND connamespace = 'public'::regnamespace`,
  )
  return found.map(({ text }) => text)
}

const expected = [
  'orders FOREIGN KEY (customer) REFERENCES customers(_id)',
  'orders FOREIGN KEY (seller_id) REFERENCES customers(_id)',
  'orders FOREIGN KEY (shop) REFERENCES stores(_id)',
  '"orders_customerIds" FOREIGN KEY (orders_id) REFERENCES orders(_id)',
  '"orders_customerIds" FOREIGN KEY (value) REFERENCES customers(_id)',
  'orders_lines FOREIGN KEY (orders_id) REFERENCES orders(_id)',
  'orders_lines FOREIGN KEY (product_id) REFERENCES products(_id)',
]

function notesOf({ plan }: Arrived, dataset = 'orders'): { readonly [path: string]: string } {
  const all = plan.datasets.find(({ from }) => from === dataset)?.documents?.notes ?? []
  return Object.fromEntries(
    all
      .filter(({ chosen }) => chosen.includes('foreign key'))
      .map(({ path, chosen, why }) => [path, `${chosen}: ${why}`]),
  )
}

describeEngines(['postgres15', 'mongojava'], 'references between documents', () => {
  it('become foreign keys where every value is there, in tables of arrays too', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const source = await world.put('lines', shop())
    const arrived = await world.run(source, { datasets: [{ from: 'orders', shape }, { from: '*' }] })
    expect([arrived.summary.error, arrived.summary.validation?.status]).toEqual([undefined, 'equal'])
    expect(new Set(await foreignKeys(world))).toEqual(new Set(expected))
    expect(notesOf(arrived)).toEqual({
      customer: 'foreign key to customers: all of its 50 values are keys of customers',
      'customerIds[]': 'foreign key to customers: all of its 50 values are keys of customers',
      'lines[].product_id': 'foreign key to products: all of its 50 values are keys of products',
      seller: 'foreign key to customers: all of its 50 values are keys of customers',
      shop: 'foreign key to stores: the pipeline says so; all of its 50 values are keys there',
      product: 'no foreign key: 2 of 50 values are the key of no document of products',
    })
    expect(arrived.plan.warnings.filter(({ code }) => code === 'orphans')).toEqual([
      {
        code: 'orphans',
        message: 'orders: 2 of 50 values are the key of no document of products (product): no foreign key is made',
      },
    ])
  })

  it('are found in a live server as well, and its orphans are counted at both ends', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    await using source = await createMongoDatabase(engineUrl('mongojava'), 'refs')
    for (const [name, documents] of Object.entries(shop())) await source.insert(name, documents)
    const parts = {
      datasets: [{ from: 'orders', shape: { ...shape, product: { references: 'products' } } }, { from: '*' }],
      validate: { relations: [{ from: 'orders.store_id', to: 'customers._id' }] },
    }
    const arrived = await world.run(source.url, parts)
    expect([arrived.summary.error, arrived.summary.validation?.status]).toEqual([undefined, 'equal'])
    expect(new Set(await foreignKeys(world))).toEqual(
      new Set([...expected, 'orders FOREIGN KEY (product) REFERENCES products(_id) NOT VALID']),
    )
    const counted = arrived.summary.validation?.datasets.find(({ from }) => from === 'orders')?.orphans
    expect(counted?.map(({ constraint, source: before, target }) => [constraint.from, before, target])).toEqual([
      ['orders_customer_fkey', 0, 0],
      ['orders_seller_id_fkey', 0, 0],
      ['orders_product_fkey', 2, 2],
      ['orders_shop_fkey', 0, 0],
    ])
    const { summary: checked } = await validate({ pipeline: await world.pipeline(source.url, parts) })
    expect(checked.status).toBe('equal')
    const orders = checked.datasets.find(({ from }) => from === 'orders')
    expect(orders?.orphans?.map(({ constraint, source: before, target }) => [constraint, before, target])).toEqual([
      [{ from: 'orders_product_fkey', to: expect.anything() }, 2, 2],
      [{ from: 'orders_shop_fkey', to: expect.anything() }, 0, 0],
      [{ from: 'orders.store_id -> customers._id', to: expect.anything() }, 50, 50],
    ])
  })

  it('are none where the pipeline says so, several collections are meant, or keys are of another type', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const source = await world.put('folder', {
      users: [{ _id: id(1) }],
      teams: [{ _id: Long.fromNumber(1) }],
      posts: [
        { _id: new Int32(1), user: id(1), about: new DBRef('users', id(1)), team: new DBRef('teams', 1 as never) },
        { _id: new Int32(2), user: id(1), about: new DBRef('posts', 1 as never) },
        { _id: new Int32(3), gone: new DBRef('nothing', id(1)) },
      ],
    })
    const arrived = await world.run(source, {
      datasets: [{ from: 'posts', shape: { user: { references: false } } }, { from: '*' }],
    })
    expect(arrived.summary.status).toBe('ok')
    expect(await foreignKeys(world)).toEqual([])
    expect(notesOf(arrived, 'posts')).toEqual({
      about: 'no foreign key: its DBRefs are of several collections: users, posts',
      team: 'no foreign key: it holds int, and the keys of teams are long',
      gone: 'no foreign key: its DBRefs are of nothing, which is not read',
    })
  })

  it('are none to what a condition leaves out, and each has a name of its own', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const source = await world.put('lines', {
      customers: of(4).map((n) => ({ _id: id(n), kind: n % 2 === 0 ? 'a' : 'b' })),
      products: of(2).map((n) => ({ _id: id(10 + n), kid: id(10 + n) })),
      orders: of(8).map((n) => ({
        _id: new Int32(n),
        customer_id: id((n % 4) + 1),
        items_product_id: id(10 + (n % 2) + 1),
        items: [{ product_id: id(10 + (n % 2) + 1) }],
      })),
    })
    const arrived = await world.run(source, {
      datasets: [
        { from: 'customers', where: 'kind == "a"' },
        { from: 'orders', shape: { items_product_id: { references: 'products' } } },
        { from: '*' },
      ],
    })
    expect([arrived.summary.error, arrived.summary.validation?.status]).toEqual([undefined, 'equal'])
    expect(notesOf(arrived)['customer_id']).toBe(
      'no foreign key: where or stages of customers may leave documents out that it leads to',
    )
    expect(
      await world.target.query(`SELECT conname FROM pg_constraint WHERE conname LIKE '%product_id%' ORDER BY 1`),
    ).toEqual([{ conname: 'orders_items_product_id_fkey' }, { conname: 'orders_items_product_id_fkey_2' }])
  })

  it('may be the key itself, and are of another database where DBRefs say so', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const source = await world.put('lines', {
      users: [{ _id: id(1) }],
      profiles: [{ _id: id(1), of: new DBRef('users', id(1), 'other'), tags: ['a'] }],
    })
    const shape = { _id: { references: 'users' } }
    const arrived = await world.run(source, { datasets: [{ from: 'profiles', shape }, { from: '*' }] })
    expect([arrived.summary.error, arrived.summary.validation?.status]).toEqual([undefined, 'equal'])
    expect(await foreignKeys(world)).toContain('profiles FOREIGN KEY (_id) REFERENCES users(_id)')
    expect(notesOf(arrived, 'profiles')).toEqual({
      _id: 'foreign key to users: the pipeline says so; all of its 1 values are keys there',
      of: 'no foreign key: its DBRefs are of other.users, which is not read',
    })
    const { summary } = await world.run(source, { datasets: [{ from: 'profiles', columns: { _id: { drop: true } } }] })
    expect(summary.error).toMatchObject({
      code: 'TL_C105',
      message: expect.stringContaining('rows of public.profiles_tags have it as their key'),
    })
  })

  it.each([
    [
      { name: { references: 'customer' } },
      'refer to customer, which is no collection that is read',
      'Did you mean customers?',
    ],
    [{ name: { references: 'customers' } }, 'holds string, and the keys of customers are objectId', 'the same type'],
    [{ tags: { as: 'json', references: 'customers' } }, 'it goes with a column', ''],
    [{ tags: { references: 'customers' } }, 'is no column of its own', 'Say it of its elements: "tags[]"'],
  ])('are refused where they cannot be: %j', async (wrong, reason, cure) => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const source = await world.put('lines', { customers: [{ _id: id(1), name: 'x', tags: [id(1)] }] })
    const arrive = async (): Promise<string> => {
      const { summary } = await world.run(source, { datasets: [{ from: 'customers', shape: wrong as never }] })
      return `${summary.error?.code} ${summary.error?.message} ${summary.error?.hint}`
    }
    const said = await arrive().catch((error: unknown) => String(error))
    expect(said).toContain(reason)
    expect(said).toContain(cure)
  })
})
