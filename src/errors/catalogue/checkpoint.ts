import type { ErrorSpec } from '../error-spec.ts'

/** TL_K5xx: checkpoints and guards. */
export const checkpointErrors = {
  TL_K501: {
    title: 'Another process has taken over the run {run}',
    retry: 'manual',
    exit: 7,
    hint: 'Let it work, or stop it and run the same command again.',
  },
  TL_K502: {
    title: 'The source may have changed since the run {run} began: {reason}',
    retry: 'manual',
    exit: 7,
    hint: 'Three ways on: --source-quiet if you know that nobody wrote to it; --fresh to start over; --resume=mixed to go on with rows of two moments, to be validated in full.',
  },
  TL_K503: {
    title: 'The plan no longer fits: {reason}',
    retry: 'manual',
    exit: 7,
    hint: 'Make the plan anew, or run with --fresh.',
  },
  TL_K504: {
    title: 'The state in the target cannot be read: {reason}',
    retry: 'manual',
    exit: 7,
    hint: 'It was changed by hand or by another version. transload clean --target URL removes it.',
  },
  TL_K507: {
    title:
      'Rows of {dataset} are looked at before they are copied, and the source does not give one moment for both: its consistency is {level}',
    retry: 'never',
    exit: 7,
    hint: 'A row could be merged into one that is gone by then. --source-quiet if you know that nobody writes to the source meanwhile; else give the user the rights that preflight names, or leave dedupe and pivot out.',
  },
  TL_K505: {
    title: 'A cursor of the split {split} stood still',
    retry: 'never',
    exit: 70,
    hint: 'This is a defect of transload: please report it with the plan.',
  },
  TL_K506: {
    title: 'The rows of {dataset} do not add up: {reason}',
    retry: 'never',
    exit: 70,
    hint: 'This is a defect of transload: please report it with the run’s report.',
  },
} as const satisfies Record<string, ErrorSpec>
