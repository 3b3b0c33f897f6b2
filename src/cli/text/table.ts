import { visible } from '../../report/visible.ts'
import { displayWidth, padWidth } from '../../telemetry/display-width.ts'

export type Align = 'left' | 'right'

/** Cells in columns, two spaces apart; what comes out of data is made visible. The last column is not padded. */
export function textTable(
  rows: readonly (readonly string[])[],
  aligns: readonly Align[] = [],
  indent = '  ',
): string[] {
  const shown = rows.map((row) => row.map(visible))
  const widths: number[] = []
  for (const row of shown) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell))
  }
  return shown.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0
      if (aligns[column] === 'right') return ' '.repeat(Math.max(0, width - displayWidth(cell))) + cell
      return column === row.length - 1 ? cell : padWidth(cell, width)
    })
    return `${indent}${cells.join('  ')}`.trimEnd()
  })
}
