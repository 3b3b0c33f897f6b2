import type { Connector } from '../../src/contract/connector.ts'
import type { Harness } from '../support/harness.ts'
import { exerciseGroup } from './exercise-group.ts'
import type { LawGroup } from './law.ts'
import { beginning } from './state/beginning.ts'
import { owning } from './state/owning.ts'
import { removing } from './state/removing.ts'

export const stateGroups: readonly LawGroup[] = [beginning, owning, removing]

export function exerciseState(connector: Connector, harness: Harness): void {
  for (const group of stateGroups) exerciseGroup(group, connector, harness)
}
