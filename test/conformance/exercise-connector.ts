import { describe } from 'vitest'
import type { Connector } from '../../src/contract/connector.ts'
import type { Harness } from '../support/harness.ts'
import { catalogGroups, exerciseCatalog } from './exercise-catalog.ts'
import { exerciseExceptions } from './exercise-exceptions.ts'
import { exerciseGroup } from './exercise-group.ts'
import { exerciseSink, sinkGroups } from './exercise-sink.ts'
import { exerciseSource, sourceGroups } from './exercise-source.ts'
import { exerciseState, stateGroups } from './exercise-state.ts'
import { naming } from './naming.ts'
import { running } from './running.ts'

/** Everything that a connector has to keep: one call in a test file of its own makes all the tests. */
export function exerciseConnector(connector: Connector, harness: Harness, title = connector.engine): void {
  const laws = [naming, ...catalogGroups, ...sourceGroups, ...sinkGroups, ...stateGroups, running].flatMap(
    (group) => group.laws,
  )
  describe(title, () => {
    exerciseExceptions(laws, connector, harness)
    exerciseGroup(naming, connector, harness)
    exerciseCatalog(connector, harness)
    exerciseSource(connector, harness)
    exerciseSink(connector, harness)
    exerciseState(connector, harness)
    exerciseGroup(running, connector, harness)
  })
}
