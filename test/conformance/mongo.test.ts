import { mongodb } from '../../src/connectors/mongodb/index.ts'
import type { Connector } from '../../src/contract/connector.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { mongoHarness } from '../support/seed-mongo.ts'
import { exerciseConnector } from './exercise-connector.ts'

/** As a source its collections have columns once a plan has made them: the suite is for tables. */
const { openSource: _, ...target } = mongodb
const asTarget: Connector = target

describeEngines(['mongojava'], 'mongojava', () =>
  exerciseConnector(
    asTarget,
    mongoHarness(() => engineUrl('mongojava')),
  ),
)
