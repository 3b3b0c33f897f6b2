import { postgres } from '../../src/connectors/postgres/index.ts'
import type { Connector } from '../../src/contract/connector.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { postgresHarness, postgresSourceHarness } from '../support/seed-postgres-harness.ts'
import { exerciseConnector } from './exercise-connector.ts'

/** The two ends hold different kinds. */
const front = { engine: postgres.engine, parseUrl: (url: string) => postgres.parseUrl(url) }
const source: Connector = { ...front, openSource: (...given) => postgres.openSource!(...given) }
const target: Connector = { ...front, openTarget: (...given) => postgres.openTarget!(...given) }

for (const engine of ['postgres15', 'embedded18'] as const) {
  describeEngines([engine], engine, () => {
    exerciseConnector(target, postgresHarness(engine), 'postgres')
    // What a source does hangs on no version: types/postgres-there-and-back reads both.
    if (engine === 'postgres15') exerciseConnector(source, postgresSourceHarness(engine), 'postgres as a source')
  })
}
