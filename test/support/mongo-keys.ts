import {
  BSON,
  BSONSymbol,
  Binary,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb'

/** Keys of every type that a collection can have, in MongoDB's order; those of documents differ by the order of names. */
export const awkwardKeys: readonly unknown[] = [
  new MinKey(),
  null,
  new Double(Number.NaN),
  new Double(-Infinity),
  Long.MIN_VALUE,
  new Int32(-1),
  new Double(-0),
  Decimal128.fromString('1E-3'),
  new Double(5e-324 + 1),
  new Int32(5),
  new Double(5.5),
  new Int32(6),
  Decimal128.fromString('7.25'),
  Decimal128.fromString('1E+3'),
  Long.fromString('9007199254740993'),
  Long.MAX_VALUE,
  new Double(Infinity),
  '',
  '007',
  'A',
  'a',
  new BSONSymbol('aa'),
  'b',
  'zoë',
  '😀',
  new Map(),
  new Map([['a', new Int32(1)]]),
  new Map([
    ['a', new Int32(1)],
    ['b', new Int32(2)],
  ]),
  new Map([
    ['b', new Int32(2)],
    ['1', new Int32(1)],
  ]),
  new Map([
    ['b', new Int32(2)],
    ['a', new Int32(1)],
  ]),
  new Map([['a', 'x']]),
  new Map([['x', new Map([['y', new Int32(1)]])]]),
  new Map([['x', new Map([['$oid', 'no id']])]]),
  new Binary(Buffer.alloc(0)),
  new Binary(Buffer.from('zz')),
  new Binary(Buffer.from('abc')),
  new Binary(Buffer.from('abd'), 0x80),
  new Binary(Buffer.from('00112233445566778899aabbccddeeff', 'hex'), 3),
  new Binary(Buffer.from('00112233445566778899aabbccddeeff', 'hex'), 4),
  new ObjectId('000000000000000000000000'),
  new ObjectId('507f1f77bcf86cd799439011'),
  false,
  true,
  new Date(-5),
  new Date(0),
  new Date(1e12),
  new Timestamp({ t: 1, i: 1 }),
  new Timestamp({ t: 1, i: 2 }),
  new Code('x'),
  new Code('y'),
  new Code('y', new Map([['a', new Int32(1)]]) as never),
  new MaxKey(),
]

/** Of a document as the server gave it: its `_id` as bytes in hexadecimal digits, types and all. */
export function keyHex(value: unknown): string {
  return Buffer.from(BSON.serialize(new Map([['_id', value]]) as never)).toString('hex')
}

/**
 * Those that mongo-java-server has no word for (symbols, code), makes others of (binary data of subtype 0x80), or sorts in
 * another order than it compares them in (NaN and infinities beside integers beyond 2^53, UUIDs beside other binary data).
 */
export function isForeignToJava(key: unknown): boolean {
  if (key instanceof Double) return Math.abs(key.value) === Infinity
  if (key instanceof Binary) return key.sub_type !== 0
  if (key instanceof Long) return true
  return key instanceof BSONSymbol || key instanceof Code
}
