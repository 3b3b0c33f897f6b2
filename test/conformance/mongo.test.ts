import { mongodb } from '../../src/connectors/mongodb/index.ts'
import type { Connector } from '../../src/contract/connector.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { mongoHarness } from '../support/seed-mongo.ts'
import { exerciseConnector } from './exercise-connector.ts'

/** As a source its collections have columns once a plan has made them: the suite is for tables. */
const asTarget: Connector = {
  engine: mongodb.engine,
  parseUrl: (url) => mongodb.parseUrl(url),
  openTarget: async (endpoint, options, signal) => await mongodb.openTarget!(endpoint, options, signal),
}

describeEngines(['mongojava'], 'mongojava', () =>
  exerciseConnector(
    asTarget,
    mongoHarness(() => engineUrl('mongojava')),
  ),
)
