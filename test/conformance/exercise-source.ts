import type { Connector } from '../../src/contract/connector.ts'
import type { Harness } from '../support/harness.ts'
import { exerciseGroup } from './exercise-group.ts'
import type { LawGroup } from './law.ts'
import { breaking } from './source/breaking.ts'
import { carrying } from './source/carrying.ts'
import { counting, moments } from './source/moments.ts'
import { reading } from './source/reading.ts'
import { resuming } from './source/resuming.ts'
import { splitting } from './source/splits.ts'
import { stopping } from './source/stopping.ts'

export const sourceGroups: readonly LawGroup[] = [
  reading,
  resuming,
  splitting,
  stopping,
  moments,
  counting,
  carrying,
  breaking,
]

export function exerciseSource(connector: Connector, harness: Harness): void {
  for (const group of sourceGroups) exerciseGroup(group, connector, harness)
}
