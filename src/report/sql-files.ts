import type { NotCarried, Plan } from '../model/plan.ts'
import { visible } from './visible.ts'

/** `not-carried.sql`: the source's own text of what is to be ported by hand; undefined where there is none. */
export function notCarriedSql(objects: readonly NotCarried[]): string | undefined {
  const written = objects.filter((object) => object.sql !== undefined && object.sql.trim() !== '')
  if (written.length === 0) return undefined
  const parts = written.map(({ kind, name, reason, sql = '' }) => {
    return `-- ${visible(kind)} ${visible(name)}\n-- ${visible(reason)}\n${statement(sql)}\n`
  })
  return ['-- In the language of the source, for porting by hand. Not to be run as it is.\n', ...parts].join('\n')
}

/** The statements of a plan, as the run would send them. */
export function planSql(plan: Plan): string {
  const parts = [
    `-- Plan ${visible(plan.identity)}\n-- from ${visible(plan.source.label)}\n-- to ${visible(plan.target.label)}\n`,
    '-- Before the load, in one transaction.\n',
    ...plan.prepare.map((sql) => `${statement(sql)}\n`),
  ]
  const phases = Map.groupBy(plan.finish, (step) => step.phase)
  for (const phase of [...phases.keys()].toSorted((a, b) => a - b)) {
    parts.push(`-- After the load, phase ${phase}.\n`)
    for (const { kind, name, table, statements } of phases.get(phase) ?? []) {
      const where = `${visible(table.schema)}.${visible(table.name)}`
      parts.push(`-- ${kind} ${visible(name)} of ${where}\n${statements.map(statement).join('\n')}\n`)
    }
  }
  const givenUp = [...plan.takeOut, ...plan.restore]
  if (givenUp.length > 0) {
    parts.push(
      '-- What takes rows out again and brings back what was set aside, for a run that is given up. Not part of a run that ends well.\n',
    )
    parts.push(...givenUp.map((sql) => `${commented(statement(sql))}\n`))
  }
  return parts.join('\n')
}

function commented(sql: string): string {
  return sql
    .split('\n')
    .map((line) => `-- ${line}`)
    .join('\n')
}

function statement(sql: string): string {
  const text = sql.trim()
  return text.endsWith(';') ? text : `${text};`
}
