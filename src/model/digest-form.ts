/**
 * How the values of two columns are compared: both ends bring theirs to this form, whatever their types are called.
 *
 * | form                   | text that both ends give, before `canonical/digest-text` evens out its spelling      |
 * |------------------------|--------------------------------------------------------------------------------------|
 * | `number`               | decimal digits; truth values are 0 and 1                                             |
 * | `float32`, `float64`   | digits that read back as the same bits, `-0`, `NaN`, `Infinity`, `-Infinity`         |
 * | `text`                 | UTF-8, compared byte by byte                                                         |
 * | `bytes`                | the bytes themselves                                                                 |
 * | `date`                 | `YYYY-MM-DD`                                                                         |
 * | `time`                 | `[-]HHH:MM:SS[.ffffff]`                                                              |
 * | `timestamp`, `instant` | `YYYY-MM-DD HH:MM:SS[.ffffff]`; an instant in UTC                                    |
 * | `bits`                 | `0` and `1`                                                                          |
 * | `set`                  | members joined by commas                                                             |
 * | `json`                 | JSON; order of keys and spacing mean nothing                                         |
 * | `json-value`           | JSON as of `json`, and of a number nothing but its value                             |
 * | `json-text`            | JSON whose order and spacing are part of it                                          |
 * | `list`                 | an array of one dimension: a JSON array of the texts that its elements have alone    |
 */
export type DigestForm =
  | 'number'
  | 'float32'
  | 'float64'
  | 'text'
  | 'bytes'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'instant'
  | 'bits'
  | 'set'
  | JsonForm
  | 'list'

export type JsonForm = 'json' | 'json-value' | 'json-text'

/** Whether a value in the form is JSON. */
export function isJsonForm(form: DigestForm): form is JsonForm {
  return form === 'json' || form === 'json-value' || form === 'json-text'
}
