import { textForm } from './text-form.ts'

/** UTF-8 digits as the source wrote them: `1.10` stays `1.10`; also `NaN`, `Infinity` and `-Infinity`. */
export const decimalForm = textForm((text) => /^(NaN|-?Infinity|-?\d+(\.\d+)?)$/.test(text))
