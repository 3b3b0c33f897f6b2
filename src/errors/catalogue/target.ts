import type { ErrorSpec } from '../error-spec.ts'

/** TL_T3xx: the target. */
export const targetErrors = {
  TL_T301: {
    title: 'Cannot reach the target {endpoint}: {reason}',
    retry: 'backoff',
    exit: 3,
    hint: 'Check host, port and that the server is running.',
  },
  TL_T302: {
    title: 'The connection to the target {endpoint} was lost: {reason}',
    retry: 'reconnect',
    exit: 3,
    hint: 'Run the same command again: it goes on from the last checkpoint.',
  },
  TL_T303: {
    title: 'Login to the target {endpoint} failed: {reason}',
    retry: 'manual',
    exit: 3,
    hint: 'Check user and password in the target URL, and sslmode where the reason is about TLS or SSL.',
  },
  TL_T304: {
    title: 'The target {endpoint} does not permit this: {reason}',
    retry: 'manual',
    exit: 3,
    hint: '{cure}',
  },
  TL_T305: {
    title: 'The target {endpoint} has no {kind} {name}',
    retry: 'manual',
    exit: 3,
    hint: '{cure}',
  },
  TL_T306: {
    title: 'The target {endpoint} has no room left: {reason}',
    retry: 'manual',
    exit: 3,
    hint: 'Free space or add a volume, then run the same command again: it goes on from the last checkpoint.',
  },
  TL_T307: {
    title: 'The table {table} of the target is not empty',
    retry: 'manual',
    exit: 7,
    hint: 'Empty it, name another database or schema (?schema=NAME), or say mode: append, merge, replace or truncate.',
  },
  TL_T308: {
    title: 'The table {table} of the target cannot take the rows: {reason}',
    retry: 'manual',
    exit: 6,
    hint: '{cure}',
  },
  TL_T309: {
    title: 'The target took {taken} rows where {sent} were sent to {table}',
    retry: 'manual',
    exit: 3,
    hint: 'A trigger or rule of the target changes what is inserted: disable it, or run with --triggers keep.',
  },
  TL_T310: {
    title: 'The finish step {step} failed: {reason}',
    retry: 'manual',
    exit: 3,
    hint: 'Mend the cause, then run the same command again, or with --finish-only.',
  },
  TL_T399: {
    title: 'The target {endpoint} answered with an error that transload does not know: {reason}',
    retry: 'manual',
    exit: 3,
    hint: 'Look the message up with the server; run the same command again to go on.',
  },
  TL_T311: {
    title: 'The rows do not allow {count} of the constraints: {reason}',
    retry: 'manual',
    exit: 4,
    hint: 'Repair the rows in the target, then run the same command again with --finish-only.',
  },
  TL_T312: {
    title: 'The run cannot start: {reason}',
    retry: 'manual',
    exit: 3,
    hint: '{cure}',
  },
  TL_T313: {
    title: 'What the run {run} has written cannot be told from what was there: it was to {mode} to {table}',
    retry: 'manual',
    exit: 7,
    hint: 'Let the run go on (leave --fresh out), or remove its rows by hand and then: transload clean --target URL.',
  },
} as const satisfies Record<string, ErrorSpec>
