import { describe, expect, it } from 'vitest'
import { memory } from '../../src/connectors/memory/index.ts'
import type { Connector } from '../../src/contract/connector.ts'
import type { CanonicalKind, CanonicalType } from '../../src/model/canonical-type.ts'
import type { Harness } from '../support/harness.ts'
import { startMemoryWorld } from '../support/seed-memory.ts'
import { allTypes } from '../support/seed-types.ts'
import { everyKind } from './every-kind.ts'
import { has, type Law } from './law.ts'
import { openSource, openTarget, planBetween } from './open-ends.ts'
import { column, int32 } from './tables.ts'

/** What a harness leaves out has to be said, has to have a reason, and must not be what the connector says it has. */
export function exerciseExceptions(laws: readonly Law[], connector: Connector, harness: Harness): void {
  describe('what is left out', () => {
    it('has laws of different names', () => {
      const names = laws.map((law) => law.name)
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
    })

    it('names laws that there are, with a reason, and none for what the connector has', () => {
      for (const { test, because } of harness.exceptions) {
        const law = laws.find((one) => one.name === test)
        expect(law, `there is no law "${test}"`).toBeDefined()
        expect(because.length, `no reason for "${test}"`).toBeGreaterThan(10)
        const features = (law?.needs ?? []).filter((need) => need !== 'source' && need !== 'target')
        expect(
          features.filter((need) => has(need, connector, harness)),
          `"${test}" is left out`,
        ).toEqual([])
      }
    })

    it('says of the source what the source says of itself', async () => {
      expect(harness.source === undefined).toBe(connector.openSource === undefined)
      if (connector.openSource === undefined) return
      await using world = await harness.start()
      await using source = await openSource(connector, world.url)
      expect(harness.source).toEqual(source.capabilities)
    })

    it('says whether there is a connection that can break', async () => {
      await using world = await harness.start()
      expect(harness.hasNetwork).toBe(URL.parse(world.url)?.port !== '')
    })

    it('has values of every kind, or says why not', () => {
      for (const kind of everyKind) {
        const hasValues = harness.types.some(({ type }) => type.kind === kind)
        expect([kind, hasValues, harness.withoutTypes[kind]]).toEqual([
          kind,
          harness.withoutTypes[kind] === undefined,
          harness.withoutTypes[kind],
        ])
      }
    })

    it.each(Object.keys(harness.withoutTypes) as CanonicalKind[])(
      'leaves %s out because it is refused',
      async (kind) => {
        if (connector.openTarget === undefined) return
        for (const { type } of allTypes.filter((one) => one.type.kind === kind))
          await expectRefused(type, connector, harness)
      },
    )
  })
}

async function expectRefused(type: CanonicalType, connector: Connector, harness: Harness): Promise<void> {
  await using from = await startMemoryWorld()
  await from.seed({ name: 't', columns: [column('id', int32), column('value', type, true)], key: ['id'] }, [])
  await using source = await openSource(memory, from.url)
  await using world = await harness.start()
  await using target = await openTarget(connector, world.url)
  const ends = { source, sourceEnd: memory.parseUrl(from.url), target, targetEnd: connector.parseUrl(world.url) }
  await expect(planBetween(ends)).rejects.toMatchObject({ name: 'TransloadError' })
}
