import type { EngineName } from './engines/engine-name.ts'
import type { Harness } from './harness.ts'
import { startPostgresWorld } from './seed-postgres.ts'
import { allTypes } from './seed-types.ts'

const withoutTypes: Harness['withoutTypes'] = {
  array: 'the in-memory connector, which the suite writes from, has no arrays',
  geometry: 'PostGIS columns are not written yet',
  native: 'planned only where both ends are one engine',
}

export function postgresHarness(engine: EngineName): Harness {
  return {
    start: () => startPostgresWorld(engine),
    hasNetwork: true,
    types: allTypes.filter(({ type }) => withoutTypes[type.kind] === undefined),
    withoutTypes,
    exceptions: [],
    propertyRunCount: 6,
  }
}
