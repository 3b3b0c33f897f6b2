import type { Connector } from '../../src/contract/connector.ts'
import type { Harness } from '../support/harness.ts'
import { listing } from './catalog/listing.ts'
import { exerciseGroup } from './exercise-group.ts'
import type { LawGroup } from './law.ts'

export const catalogGroups: readonly LawGroup[] = [listing]

export function exerciseCatalog(connector: Connector, harness: Harness): void {
  for (const group of catalogGroups) exerciseGroup(group, connector, harness)
}
