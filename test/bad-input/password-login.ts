import type { TestDatabase } from '../support/engines/create-database.ts'
import { until } from './until.ts'

/** Until it is disposed of, the server asks this one role for its password: everybody else it trusts as before. */
export async function askingForPasswords(database: TestDatabase, role: string): Promise<AsyncDisposable> {
  const [shown] = await database.query('SHOW hba_file')
  const file = String(shown?.['hba_file'])
  const [read] = await database.query('SELECT pg_read_file($1) AS rules', [file])
  const rules = String(read?.['rules'])
  await writeRules(database, file, `host all ${role} all scram-sha-256\n${rules}`)
  return {
    async [Symbol.asyncDispose]() {
      await writeRules(database, file, rules)
    },
  }
}

async function writeRules(database: TestDatabase, file: string, rules: string): Promise<void> {
  const loadedAt = async (): Promise<unknown> =>
    (await database.query('SELECT pg_conf_load_time()::text AS at'))[0]?.['at']
  const before = await loadedAt()
  const [literal] = await database.query('SELECT quote_literal($1) AS rules, quote_literal($2) AS file', [rules, file])
  await database.query(`
    COPY (SELECT line FROM string_to_table(${String(literal?.['rules'])}, E'\\n') WITH ORDINALITY AS l (line, place)
      ORDER BY place) TO ${String(literal?.['file'])};
    SELECT pg_reload_conf()`)
  // The postmaster, who lets sessions in, hands the signal on once it has read the rules itself.
  await until(async () => (await loadedAt()) !== before)
}
