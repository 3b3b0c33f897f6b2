import { describe } from 'vitest'
import { listing } from '../../../../test/conformance/catalog/listing.ts'
import { exerciseGroup } from '../../../../test/conformance/exercise-group.ts'
import { carrying } from '../../../../test/conformance/source/carrying.ts'
import { counting, moments } from '../../../../test/conformance/source/moments.ts'
import { reading } from '../../../../test/conformance/source/reading.ts'
import { resuming } from '../../../../test/conformance/source/resuming.ts'
import { stopping } from '../../../../test/conformance/source/stopping.ts'
import { dumpHarness } from '../../../../test/support/seed-dump.ts'
import { mysqldump } from './index.ts'

/**
 * The laws of the contract that a file can keep. Left out are those about splits by key: a table of a dump is one split,
 * whose number is that of the table in the file.
 */
describe.each([
  ['a plain dump', false],
  ['a packed dump', true],
])('%s', (_, isPacked) => {
  const harness = dumpHarness(isPacked)
  for (const group of [listing, reading, resuming, stopping, moments, counting, carrying]) {
    exerciseGroup(group, mysqldump, harness)
  }
})
