import type { FinishStep, TableDefinition, TargetColumn } from '../../../model/plan.ts'
import { quoteName, quoteQualified } from '../quote.ts'
import { targetType, type TargetType } from './target-type.ts'

/** Set to `on` by the sessions that load, so that a merge keeps the source's own times. */
export const loadingSetting = 'transload.loading'

/**
 * A trigger that does what `ON UPDATE CURRENT_TIMESTAMP` does: an UPDATE that changes the row sets the column to the
 * present, unless it gives the column a value itself. One trigger per column, so that several in one table work.
 *
 * - An UPDATE that changes nothing leaves the column alone. Rows are compared byte by byte (`*<>`), since some types,
 *   such as json, have no equality; the cast keeps the server from comparing column by column. Generated columns are left out: a BEFORE trigger does not know them yet.
 * - An UPDATE that gives the column the value which it has already cannot be told from one that does not name it: the
 *   column then moves on, where MySQL would keep it.
 * - The time is the statement's, as in MySQL, cut to the column's digits where PostgreSQL's own clocks round.
 *
 * Undefined where the column's type is no time.
 */
export function onUpdateStatements(
  table: TableDefinition,
  column: TargetColumn,
  type: TargetType,
  triggerName: string,
): readonly string[] | undefined {
  const value = clock(type, column.onUpdateNow ?? 0)
  if (value === undefined) return undefined
  const own = quoteName(column.name)
  const compared = table.columns.filter((one) => !one.generated).map((one) => quoteName(one.name))
  const row = (side: string): string => `ROW(${compared.map((name) => `${side}.${name}`).join(', ')})::record`
  const routine = quoteQualified({ schema: table.name.schema, name: triggerName })
  return [
    `CREATE OR REPLACE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $body$
BEGIN
  NEW.${own} := ${value};
  RETURN NEW;
END
$body$`,
    `CREATE TRIGGER ${quoteName(triggerName)} BEFORE UPDATE ON ${quoteQualified(table.name)} FOR EACH ROW
WHEN (NEW.${own} IS NOT DISTINCT FROM OLD.${own}
  AND ${row('NEW')} *<> ${row('OLD')}
  AND current_setting('${loadingSetting}', true) IS DISTINCT FROM 'on')
EXECUTE FUNCTION ${routine}()`,
  ]
}

/** Whether the column has such a trigger: a function besides, which stays behind where the table moves. */
export function hasOnUpdate({ enumTypes }: TableDefinition, { type, onUpdateNow }: TargetColumn): boolean {
  return onUpdateNow !== undefined && clock(targetType(type, enumTypes), onUpdateNow) !== undefined
}

export function onUpdateStep(
  table: TableDefinition,
  column: string,
  id: string,
  statements: readonly string[],
): FinishStep {
  return { id, phase: 4, kind: 'trigger', name: column, table: table.name, statements }
}

function clock(type: TargetType, precision: number): string | undefined {
  const name = type.class
  if (name !== 'timestamp' && name !== 'timestamptz') return undefined
  const now = name === 'timestamptz' ? 'statement_timestamp()' : 'statement_timestamp()::timestamp'
  if (precision >= 6) return now
  if (precision === 0) return `date_trunc('second', ${now})`
  if (precision === 3) return `date_trunc('milliseconds', ${now})`
  // The type's own rounding, half a unit earlier, cuts: times are whole microseconds.
  const halfUnit = 10 ** (6 - precision) / 2
  return `(${now} - interval '${halfUnit} microseconds')::${name}(${precision})`
}
