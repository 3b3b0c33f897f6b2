import { checkpointErrors } from './catalogue/checkpoint.ts'
import { configErrors } from './catalogue/config.ts'
import { dataErrors } from './catalogue/data.ts'
import { internalErrors } from './catalogue/internal.ts'
import { sourceErrors } from './catalogue/source.ts'
import { targetErrors } from './catalogue/target.ts'
import { validationErrors } from './catalogue/validation.ts'

/** Every code that transload ever ends with or rejects a row for. */
export const catalogue = {
  ...configErrors,
  ...sourceErrors,
  ...targetErrors,
  ...dataErrors,
  ...checkpointErrors,
  ...validationErrors,
  ...internalErrors,
} as const

export type ErrorCode = keyof typeof catalogue
