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
 * | `list of FORM`         | an array: a JSON array, nested as it is, of the texts that its elements have in FORM |
 */
export type DigestForm = ElementForm | 'set' | JsonForm | ListForm

/** Forms that elements of an array can be compared in. */
export type ElementForm =
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

/** Of bytes the elements are their hexadecimal digits. */
export type ListForm = `list of ${ElementForm}`

export type JsonForm = 'json' | 'json-value' | 'json-text'

/** Whether a value in the form is JSON. */
export function isJsonForm(form: DigestForm): form is JsonForm {
  return form === 'json' || form === 'json-value' || form === 'json-text'
}

/** Whether arrays whose elements are compared in the form have one too. */
export function isElementForm(form: DigestForm): form is ElementForm {
  return form !== 'set' && !isJsonForm(form) && !isListForm(form)
}

export function isListForm(form: DigestForm): form is ListForm {
  return form.startsWith('list of ')
}

/** Of an array, by the forms of its elements. */
export function listForms(forms: readonly DigestForm[]): readonly ListForm[] {
  return forms.filter(isElementForm).map((form): ListForm => `list of ${form}`)
}

export function elementForm(form: ListForm): ElementForm {
  return form.slice('list of '.length) as ElementForm
}
