import { Binary, Long, ObjectId, serialize } from 'bson'

/** Documents that differ; they are gone over again and again, and are more than a processor's second cache holds. */
export const distinctCount = 20_000

/** Documents of about 400 bytes with two nested levels and an array of three, one behind the other, and where each ends. */
export function makeDocuments(): [documents: Uint8Array, ends: Int32Array] {
  const pieces: Uint8Array[] = []
  const ends = new Int32Array(distinctCount)
  let end = 0
  for (let i = 0; i < distinctCount; i++) {
    const piece = serialize(makeDocument(i))
    pieces.push(piece)
    ends[i] = end += piece.length
  }
  return [Buffer.concat(pieces), ends]
}

function makeDocument(i: number): object {
  return {
    _id: new ObjectId(i.toString(16).padStart(8, '0').padStart(24, '5')),
    number: i,
    total: Long.fromNumber(i * 1_000_003),
    price: (i % 100_000) / 100,
    isPaid: i % 3 === 0,
    createdAt: new Date(1_700_000_000_000 + i * 1000),
    note: i % 5 === 0 ? null : `by telephone, nº ${i}`,
    customer: {
      name: `Zoë Müller ${i}`,
      address: {
        street: `High Street ${i % 300}`,
        city: 'Łódź',
        position: { lat: 51.7592 + i / 1e6, lon: 19.456 - i / 1e6 },
      },
    },
    lines: [1, 2, 3].map((n) => ({ sku: `${i % 1000}-${n}`, count: n, price: n * 9.99 })),
    key: new Binary(Uint8Array.of(i, i >> 8, i >> 16, 7)),
  }
}
