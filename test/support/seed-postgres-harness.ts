import type { EngineName } from './engines/engine-name.ts'
import type { Harness, TypeCase } from './harness.ts'
import { startPostgresWorld } from './seed-postgres.ts'
import { allTypes } from './seed-types.ts'

/** As a target. */
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

/** As a source. */
const notRead: Harness['withoutTypes'] = {
  array: 'the in-memory connector, which the suite plans a source with, has no arrays',
  set: 'there is no such type',
  document: 'no type is read as one',
  objectId: 'no type is read as one',
  geometry: 'PostGIS columns are not read yet',
  native: 'planned only where both ends are one engine',
}

/** Integers of one byte, and unsigned ones but that of four bytes, are no types of PostgreSQL; nor have bytes a length. */
function isRead({ type }: TypeCase): boolean {
  if (type.kind === 'int') return type.signed ? type.bits > 8 : type.bits === 32
  return notRead[type.kind] === undefined
}

export function postgresSourceHarness(engine: EngineName): Harness {
  return {
    start: () => startPostgresWorld(engine),
    source: { consistency: 'snapshot', resumable: true, parallel: true, census: true },
    hasNetwork: true,
    types: allTypes.filter(isRead),
    withoutTypes: notRead,
    exceptions: [],
    propertyRunCount: 6,
  }
}
