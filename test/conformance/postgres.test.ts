import { postgres } from '../../src/connectors/postgres/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { postgresHarness } from '../support/seed-postgres-harness.ts'
import { exerciseConnector } from './exercise-connector.ts'

for (const engine of ['postgres15', 'embedded18'] as const) {
  describeEngines([engine], engine, () => exerciseConnector(postgres, postgresHarness(engine)))
}
