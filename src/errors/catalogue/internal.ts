import type { ErrorSpec } from '../error-spec.ts'

/** TL_X9xx: defects of ours, and being stopped. */
export const internalErrors = {
  TL_X901: {
    title: 'A defect of transload: {reason}',
    retry: 'never',
    exit: 70,
    hint: 'Please report it with the log.',
  },
  TL_X902: {
    title: 'Interrupted',
    retry: 'manual',
    exit: 130,
    hint: 'Run the same command again: it goes on from the last checkpoint.',
  },
  TL_X903: {
    title: 'Terminated',
    retry: 'manual',
    exit: 143,
    hint: 'Run the same command again: it goes on from the last checkpoint.',
  },
} as const satisfies Record<string, ErrorSpec>
