import type { CanonicalType } from '../../model/canonical-type.ts'

/**
 * An array's cell as a server would write it as JSON: numbers without quotes, moments without the zeros at the end of their
 * fractions and without their zone, which is UTC.
 */
export function arrayAsJson(of: CanonicalType, cell: string): string {
  switch (of.kind) {
    case 'float64':
    case 'decimal':
      return cell.replaceAll(/"(-?\d[^"]*)"/g, '$1')
    case 'instant':
      return cell.replaceAll(/(\.\d*?)0*\+00/g, (_, fraction: string) => (fraction === '.' ? '' : fraction))
    default:
      return cell
  }
}
