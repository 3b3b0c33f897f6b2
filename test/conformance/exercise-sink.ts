import type { Connector } from '../../src/contract/connector.ts'
import type { Harness } from '../support/harness.ts'
import { exerciseGroup } from './exercise-group.ts'
import type { LawGroup } from './law.ts'
import { atomic } from './sink/atomic.ts'
import { sinkCarrying } from './sink/carrying.ts'
import { guarding } from './sink/guarding.ts'
import { modes } from './sink/modes.ts'
import { rejecting } from './sink/rejecting.ts'
import { sinkStopping } from './sink/stopping.ts'
import { writing } from './sink/writing.ts'

export const sinkGroups: readonly LawGroup[] = [writing, rejecting, guarding, atomic, modes, sinkStopping, sinkCarrying]

export function exerciseSink(connector: Connector, harness: Harness): void {
  for (const group of sinkGroups) exerciseGroup(group, connector, harness)
}
