import type { ErrorSpec } from '../error-spec.ts'

/** TL_V7xx: validation. */
export const validationErrors = {
  TL_V701: {
    title: 'Source and target differ: {reason}',
    retry: 'never',
    exit: 1,
    hint: 'See the differences in the report.',
  },
} as const satisfies Record<string, ErrorSpec>
