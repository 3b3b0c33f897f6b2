/**
 * A named place where a test can stop the process dead, to show that a run goes on from anywhere.
 * `TRANSLOAD_PROBE=name` or `name:n` kills at the first or n-th time that the place is passed; unset, it does nothing.
 */
export function probe(point: ProbePoint | ValidateProbePoint): void {
  if (armed === undefined || armed.point !== point) return
  armed.left--
  if (armed.left === 0) process.kill(process.pid, 'SIGKILL')
}

export type ProbePoint =
  | 'after-plan'
  | 'splits-stored'
  | 'after-read'
  | 'after-transform'
  | 'before-write'
  | 'mid-write'
  | 'commit-sent'
  | 'after-commit'
  | 'rejects-stored'
  | 'after-load'
  | 'before-finish-step'
  | 'after-finish-step'
  | 'before-validate'

/** Of a validation. */
export type ValidateProbePoint = 'range-stored' | 'table-stored'

const armed = parse(process.env['TRANSLOAD_PROBE'])

function parse(text: string | undefined): { point: string; left: number } | undefined {
  if (text === undefined || text === '') return undefined
  const [point = '', times = '1'] = text.split(':')
  return { point, left: Number(times) }
}
