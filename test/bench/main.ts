import { benchBson } from './bson.ts'
import { benchCensus } from './census.ts'
import { benchDocuments } from './document-cpu.ts'
import { benchMongodbPostgres } from './mongodb-postgres.ts'
import { benchMysqlPostgres, benchParts } from './mysql-postgres.ts'

/** `npm run bench [[mysql-postgres] PART…]`, or `npm run bench bson|census|documents [COUNT]` or `npm run bench mongodb-postgres [COUNT [ROUNDS]]`: prints figures, gates nothing. */
const named = process.argv.slice(2)
// A part may be named alone: there is one suite of parts.
const isPart = benchParts.some((part) => part === named[0])
const [suite = 'mysql-postgres', ...names] = isPart ? ['mysql-postgres', ...named] : named
const parts = benchParts.filter((part) => names.length === 0 || names.includes(part))
const unknown = names.find((name) => !benchParts.some((part) => part === name))
if (suite === 'bson') {
  benchBson(names[0] === undefined ? undefined : Number(names[0]))
} else if (suite === 'census') {
  await benchCensus(names[0] === undefined ? undefined : Number(names[0]))
} else if (suite === 'documents') {
  benchDocuments(names[0] === undefined ? undefined : Number(names[0]))
} else if (suite === 'mongodb-postgres') {
  await benchMongodbPostgres(...names.map(Number))
} else if (suite !== 'mysql-postgres' || unknown !== undefined) {
  console.error(
    `There is no bench ${unknown ?? suite}. There is: bson, census, documents, mongodb-postgres, mysql-postgres [${benchParts.join('] [')}].`,
  )
  process.exitCode = 2
} else {
  await benchMysqlPostgres(parts)
}
