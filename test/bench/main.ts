import { benchMysqlPostgres } from './mysql-postgres.ts'

/** `npm run bench [mysql-postgres [orders narrow wide small]]`: prints figures, gates nothing. */
const [suite = 'mysql-postgres', ...parts] = process.argv.slice(2)
if (suite !== 'mysql-postgres') {
  console.error(`There is no bench ${suite}. There is: mysql-postgres [orders] [narrow] [wide] [small].`)
  process.exitCode = 2
} else {
  await benchMysqlPostgres(parts.length === 0 ? ['orders', 'narrow', 'wide', 'small'] : parts)
}
