import type { CanonicalKind } from '../../src/model/canonical-type.ts'
import type { EngineName } from './engines/engine-name.ts'
import type { Exception, Harness, TypeCase } from './harness.ts'
import { startMysqlWorld } from './seed-mysql.ts'
import { allTypes } from './seed-types.ts'

const nowhere: { readonly [kind in CanonicalKind]?: string } = {
  array: 'the in-memory connector, which the suite plans a target with, has no arrays',
  document: 'no type of MySQL is read as one',
  objectId: 'no type of MySQL is read as one',
  native: 'planned only where both ends are one engine',
}

const mysqlAlone: { readonly [kind in CanonicalKind]?: string } = {
  ...nowhere,
  uuid: 'a type of MariaDB’s own',
  inet: 'a type of MariaDB’s own',
}

const mariadbAlone: { readonly [kind in CanonicalKind]?: string } = {
  ...nowhere,
  json: 'an alias of longtext with a check, in MariaDB',
}

/** What the server cannot hold is left out. */
function valuesOf(engine: EngineName, { type, values }: TypeCase): TypeCase {
  const isMariadb = engine === 'mariadb'
  switch (type.kind) {
    case 'float32':
    case 'float64':
      // No NaN and no infinities; MariaDB makes a 0 of −0 as it stores it.
      return { type, values: values.filter((text) => !/NaN|Infinity/.test(text) && !(isMariadb && text === '-0')) }
    case 'inet':
      return { type, values: values.filter((text) => text.includes(':')) }
    default:
      return { type, values }
  }
}

const exceptions: readonly Exception[] = [
  {
    test: 'reads a table and a column named emoji 😀',
    because: 'MySQL’s identifiers have no characters beyond the first 65,536',
  },
]

function harness(engine: EngineName, without: Harness['withoutTypes']): Harness {
  const types = allTypes.filter(({ type }) => without[type.kind] === undefined)
  return {
    start: () => startMysqlWorld(engine),
    source: { consistency: 'snapshot', resumable: true, parallel: true, census: true },
    hasNetwork: true,
    types: types.map((one) => valuesOf(engine, one)),
    withoutTypes: without,
    exceptions,
    propertyRunCount: 6,
  }
}

export const mysqlHarness: Harness = harness('mysql9', mysqlAlone)
export const mariadbHarness: Harness = harness('mariadb', mariadbAlone)
