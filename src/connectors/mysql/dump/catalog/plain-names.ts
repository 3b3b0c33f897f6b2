import type { DefaultSyntax, TableSyntax } from '../../../../format/sql-text/table-syntax.ts'
import { tokenize, type TokenRules } from '../../../../format/sql-text/tokens.ts'
import { quoteName } from '../../quote.ts'

/**
 * A table of a dump that was made under ANSI_QUOTES, with the names in its expressions as they would stand there
 * otherwise: where double quotes delimit names, what reads an expression later on would take them for texts.
 */
export function withPlainNames(table: TableSyntax, rules: TokenRules): TableSyntax {
  if (rules.ansiQuotes !== true) return table
  const plain = (text: string): string => inBackticks(text, rules)
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      default: plainDefault(column.default, plain),
      generated:
        column.generated === undefined
          ? undefined
          : { ...column.generated, expression: plain(column.generated.expression) },
    })),
    keys: table.keys.map((key) => ({
      ...key,
      parts: key.parts.map((part) => ({
        ...part,
        expression: part.expression === undefined ? undefined : plain(part.expression),
      })),
    })),
    checks: table.checks.map((check) => ({ ...check, expression: plain(check.expression) })),
  }
}

function plainDefault(value: DefaultSyntax | undefined, plain: (text: string) => string): DefaultSyntax | undefined {
  return value?.kind === 'expression' ? { ...value, text: plain(value.text) } : value
}

function inBackticks(text: string, rules: TokenRules): string {
  const bytes = Buffer.from(text, 'utf8')
  const parts: string[] = []
  let from = 0
  for (const { kind, text: name, start, end } of tokenize(text, rules)) {
    if (kind !== 'name') continue
    parts.push(bytes.toString('utf8', from, start), quoteName(name))
    from = end
  }
  return parts.join('') + bytes.toString('utf8', from)
}
