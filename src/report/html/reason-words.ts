/** What a reason means, for people who see it for the first time. */
export const reasonWords: { readonly [reason: string]: string } = {
  MISSING: 'a row that only the source has',
  EXTRA: 'a row that only the target has',
  TZ_SHIFT: 'a clock that is off by quarters of an hour',
  TRUNCATED: 'the end is missing',
  PRECISION_REDUCED: 'fewer digits',
  PAD_STRIPPED: 'blanks, or zero bytes, at the end',
  CASE_FOLD: 'the same but for upper and lower case',
  NULL_VS_EMPTY: 'NULL at one end, the empty text at the other',
  NUL_REMOVED: 'the same without its NUL characters',
  ENCODING: 'characters that were written or read otherwise',
  JSON_ORDER: 'JSON whose keys are in another order',
  JSON_NUMBER: 'JSON whose numbers are written otherwise',
  TYPE_DRIFT: 'a JSON value that is the same in another type',
  FLOAT_ULP: 'a float a few steps away',
  BOOL_RANGE: 'a number other than 0 and 1 that became a truth value',
  VALUE: 'another value',
}
