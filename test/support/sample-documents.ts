import { Binary, Decimal128, Double, Int32, Long, ObjectId } from 'bson'
import type { DumpedCollection } from './mongodump.ts'

const hex = (number: number): string => number.toString(16).padStart(24, '0')

/** `_id` of a customer, an order or an event. */
function objectId(number: number): ObjectId {
  return new ObjectId(hex(number))
}

const customers: readonly object[] = [
  {
    _id: new Int32(1),
    name: 'Ada',
    email: 'ada@example.org',
    address: { city: 'London', zip: 'NW1' },
    devices: [{ os: 'ios', tokens: ['a', 'b'] }, { os: 'web' }],
    contact: 'mail',
  },
  { _id: new Int32(2), name: 'Zoë', email: null, address: { city: 'Paris' }, devices: [], contact: ['mail', 'phone'] },
  { _id: new Int32(3), name: 'Max', contact: { by: 'post' } },
]

const orders: readonly object[] = [
  {
    _id: objectId(1),
    placed: new Date('2024-05-06T07:08:09.123Z'),
    total: Decimal128.fromString('19.90'),
    shipping: { city: 'London', geo: { type: 'Point', coordinates: ['0', '51'] } },
    lines: [
      { sku: 'lamp', quantity: new Int32(2), discounts: [{ code: 'X' }, { code: 'Y' }] },
      { sku: new Int32(7), quantity: new Int32(1) },
    ],
    stock: { berlin: new Int32(4), 'a.b': new Int32(0) },
    tags: ['new', 'gift'],
    note: 'fragile',
    legacy: { flags: 'x' },
    session: 'secret',
    customer: new Int32(1),
  },
  {
    _id: objectId(2),
    placed: new Date('2024-05-07T00:00:00Z'),
    total: Decimal128.fromString('5'),
    shipping: { city: 'Paris' },
    lines: [{ sku: 'desk', quantity: new Int32(1), discounts: [] }],
    stock: {},
    tags: [],
    note: { from: 'Ada' },
    session: 'secret',
    customer: new Int32(3),
  },
]

const events: readonly object[] = [
  { _id: objectId(1), kind: 'view', z: new Int32(1), a: Long.fromString('9007199254740993'), of: new Double(2) },
  {
    _id: objectId(2),
    kind: 'sale',
    a: null,
    parts: [new Int32(1), 'x', { b: [] }],
    raw: new Binary(Buffer.from('ab'), 5),
  },
]

/** Collections that have each shape in them that documents can have. */
export const sampleDocuments: readonly DumpedCollection[] = [
  {
    db: 'shop',
    name: 'customers',
    documents: customers,
    metadata: {
      indexes: [
        { v: 2, key: { _id: 1 }, name: '_id_' },
        { v: 2, key: { email: 1 }, name: 'email_1' },
      ],
      options: {},
    },
  },
  { db: 'shop', name: 'events', documents: events },
  { db: 'shop', name: 'orders', documents: orders },
]
