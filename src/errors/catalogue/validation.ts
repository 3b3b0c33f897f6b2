import type { ErrorSpec } from '../error-spec.ts'

/** TL_V7xx: validation. */
export const validationErrors = {
  TL_V701: {
    title: 'Source and target differ: {reason}',
    retry: 'never',
    exit: 1,
    hint: 'All of them are in the report, which --report DIR writes.',
  },
  TL_V702: {
    title: 'Nothing differs, but these columns could not be compared: {columns}',
    retry: 'never',
    exit: 4,
    hint: 'Leave them out (columns: {NAME: {drop: true}}), or compare them by hand: the report says why.',
  },
  TL_V703: {
    title: 'Only rows that are still being written to differ: {rows}',
    retry: 'never',
    exit: 5,
    hint: 'Compare again once the writes have stopped, or with a longer --max-lag.',
  },
  TL_V704: {
    title: 'A statement at {endpoint} took longer than --statement-timeout lets it: {reason}',
    retry: 'manual',
    exit: 3,
    hint: 'Give it more time. A table whose key both ends do not order alike is read in one statement: leave it out with --except, or compare it alone.',
  },
  TL_V705: {
    title: 'What stages have kept of rows is not in the target: it has no run of this pipeline',
    retry: 'never',
    exit: 3,
    hint: 'A stage such as dedupe or lookup compares by what its run has kept there, which transload clean removes: name the pipeline as it was run, or leave its dataset out with --except.',
  },
  TL_V706: {
    title:
      'Nothing else differs, but stages of the pipeline refuse rows of the source, which the target has not: {rows}',
    retry: 'never',
    exit: 4,
    hint: 'They are those that a run rejects: transload rejects RUN says why. Mend them, or leave them out on purpose by a filter.',
  },
} as const satisfies Record<string, ErrorSpec>
