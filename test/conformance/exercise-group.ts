import { describe, it } from 'vitest'
import type { Connector } from '../../src/contract/connector.ts'
import type { Harness } from '../support/harness.ts'
import { has, type Law, type LawGroup } from './law.ts'

/** Makes a test of every law of the group that the connector has what it needs for, and that is not left out by name. */
export function exerciseGroup(group: LawGroup, connector: Connector, harness: Harness): void {
  const laws = group.laws.filter((law) => law.needs.every((need) => has(need, connector, harness)))
  const kept = laws.filter((law) => !harness.exceptions.some((exception) => exception.test === law.name))
  if (kept.length === 0) return
  describe(group.title, () => {
    for (const law of kept) it(law.name, () => exerciseLaw(law, connector, harness), law.timeoutMs)
  })
}

async function exerciseLaw(law: Law, connector: Connector, harness: Harness): Promise<void> {
  await using world = await harness.start()
  await law.exercise({ connector, harness, world })
}
