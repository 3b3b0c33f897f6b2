import type { ErrorSpec } from '../error-spec.ts'

/** TL_S2xx: the source. */
export const sourceErrors = {
  TL_S201: {
    title: 'Cannot reach the source {endpoint}: {reason}',
    retry: 'backoff',
    exit: 3,
    hint: 'Check host, port and that the server is running.',
  },
  TL_S202: {
    title: 'The connection to the source {endpoint} was lost: {reason}',
    retry: 'reconnect',
    exit: 3,
    hint: 'Run the same command again: it goes on from the last checkpoint.',
  },
  TL_S203: {
    title: 'Login to the source {endpoint} failed: {reason}',
    retry: 'manual',
    exit: 3,
    hint: 'Check user and password in the source URL, and its options (ssl-mode, tls) where the reason is about TLS or SSL.',
  },
  TL_S204: {
    title: 'The source {endpoint} does not permit this: {reason}',
    retry: 'manual',
    exit: 3,
    hint: '{cure}',
  },
  TL_S205: {
    title: 'The source {endpoint} has no {kind} {name}',
    retry: 'manual',
    exit: 3,
    hint: 'Check the name; upper and lower case may count.',
  },
  TL_S206: {
    title: 'The table {table} was changed by DDL while it was read',
    retry: 'manual',
    exit: 3,
    hint: 'Run again with --fresh once the change is through.',
  },
  TL_S207: {
    title: 'The source {endpoint} is cut off: {reason}',
    retry: 'never',
    exit: 3,
    hint: 'Get a whole copy of the file. Nothing was written that needs undoing before that.',
  },
  TL_S208: {
    title: '{file} is not a dump that can be read: {reason}',
    retry: 'never',
    exit: 3,
    hint: '{cure}',
  },
  TL_S299: {
    title: 'The source {endpoint} answered with an error that transload does not know: {reason}',
    retry: 'manual',
    exit: 3,
    hint: 'Look the message up with the server; run the same command again to go on.',
  },
} as const satisfies Record<string, ErrorSpec>
