import type { Connector } from '../../contract/connector.ts'
import { type MongoPlace, parseMongoUrl } from './target/place.ts'
import { openMongoTarget } from './target/target.ts'

/** MongoDB, and what speaks its protocol, as a target. */
export const mongodb: Connector = {
  engine: 'mongodb',
  parseUrl(url) {
    const place = parseMongoUrl(url)
    return { engine: 'mongodb', label: place.label, identity: place.label, settings: place }
  },
  openTarget: (endpoint, options, signal) => openMongoTarget(endpoint.settings as MongoPlace, options, signal),
}
