import { deserialize, Long, ObjectId, serialize, Timestamp } from 'bson'
import { expect, it } from 'vitest'
import { DocumentWalk, readReply } from './document-list.ts'

/** As the driver hands it on: documents at the first level are views of the reply. */
function replyOf(more: object): { readonly [name: string]: unknown } {
  const firstBatch = Array.from({ length: 400 }, () => ({ _id: new ObjectId(), pad: 'x'.repeat(1_000) }))
  const bytes = serialize({ cursor: { id: Long.ZERO, ns: 'a.b', firstBatch }, ok: 1, ...more })
  return deserialize(Buffer.from(bytes), { raw: true }) as { readonly [name: string]: unknown }
}

it.each([
  ['gives the memory of a reply back', {}, true],
  [
    'keeps that of which the driver has kept a part',
    {
      $clusterTime: {
        clusterTime: new Timestamp({ t: 1, i: 1 }),
        signature: { hash: Buffer.alloc(20), keyId: Long.ONE },
      },
      operationTime: new Timestamp({ t: 1, i: 1 }),
    },
    false,
  ],
])('%s', (_, more, isGone) => {
  const reply = replyOf(more)
  const { list } = readReply(reply, 'a server')
  const walk = new DocumentWalk('a server')
  walk.open(list)
  let count = 0
  while (walk.next()) count++
  expect(count).toBe(400)
  walk.giveBack()
  expect(list.bytes.buffer.byteLength === 0).toBe(isGone)
  expect(walk.next()).toBe(false)
})
