import { once } from 'node:events'
import { deserialize, EJSON } from 'bson'
import { MongoClient } from 'mongodb'

/** `documents-by-objects URL COLLECTION`: its documents as rows of COPY's text, by an object of each. */
const [url = '', collection = ''] = process.argv.slice(2)
const client = new MongoClient(url, { raw: true })
let rows = ''
for await (const raw of client.db().collection(collection).find({}, { batchSize: 10_000 })) {
  const document = deserialize(raw as unknown as Uint8Array, { promoteValues: false })
  const text = EJSON.stringify(document, { relaxed: true })
  rows += `${String(document['_id'])}\t${text.replaceAll('\\', '\\\\')}\n`
  if (rows.length < 65_536) continue
  if (!process.stdout.write(rows)) await once(process.stdout, 'drain')
  rows = ''
}
process.stdout.write(rows)
await client.close()
