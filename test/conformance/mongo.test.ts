import { describe, expect, it } from 'vitest'
import { mongodb } from '../../src/connectors/mongodb/index.ts'
import { mongoHarness } from '../support/seed-mongo.ts'
import { exerciseConnector } from './exercise-connector.ts'

/** Of a server that is there already: none is started for it yet. */
const url = process.env['TRANSLOAD_MONGO_URL']

describe('mongodb', () => {
  it('takes the URL of the server that it is held to', () => {
    const { engine, label } = mongodb.parseUrl(`${url ?? 'mongodb://127.0.0.1:27017'}/world`)
    expect([engine, label.endsWith('/world')]).toEqual(['mongodb', true])
  })
})

if (url !== undefined) {
  exerciseConnector(
    mongodb,
    mongoHarness(() => url),
  )
}
