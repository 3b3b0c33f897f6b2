import type { ErrorSpec } from '../error-spec.ts'

/** TL_D4xx: a row or value that cannot be represented. Never rounded or cut: the row is rejected. */
export const dataErrors = {
  TL_D401: {
    title: 'A row is too large: {reason}',
    retry: 'never',
    exit: 4,
    hint: 'Leave the column out (columns: {drop: true}), or move the value by hand.',
  },
  TL_D402: {
    title: 'The value does not fit {type}: {reason}',
    retry: 'never',
    exit: 4,
    hint: 'Choose a wider type for the column, or repair the value at the source.',
  },
  TL_D403: {
    title: 'NULL in a column that does not take it',
    retry: 'never',
    exit: 4,
    hint: 'Repair the value at the source, or let the column be NULL in the target.',
  },
  TL_D404: {
    title: 'The text is not valid {charset}: {reason}',
    retry: 'never',
    exit: 4,
    hint: 'Repair the value at the source, or set the charset that it is really in.',
  },
  TL_D405: {
    title: 'The text holds a NUL character, which the target cannot store',
    retry: 'never',
    exit: 4,
    hint: 'Choose the policy remove for NUL characters, bytea for the column, or for an _id shape: {_id: {as: column, type: id}}.',
  },
  TL_D406: {
    title: 'The date is not one: {reason}',
    retry: 'never',
    exit: 4,
    hint: 'Choose a policy for dates that do not exist, or repair the value at the source.',
  },
  TL_D407: {
    title: 'The label {reason} is not one of the column’s',
    retry: 'never',
    exit: 4,
    hint: 'Add the label to the type, or repair the value at the source.',
  },
  TL_D408: {
    title: 'The text is not JSON that the target takes: {reason}',
    retry: 'never',
    exit: 4,
    hint: 'Choose text for the column, or repair the value at the source.',
  },
  TL_D409: {
    title: 'The target refused the row: {reason}',
    retry: 'never',
    exit: 4,
    hint: 'Repair the value at the source, or change the constraint.',
  },
  TL_D410: {
    title: 'More rows were rejected than the budget allows: {reason}',
    retry: 'manual',
    exit: 4,
    hint: 'See rejects.ndjson; raise errors: maxRows, or repair the rows and run again.',
  },
  TL_D411: {
    title: 'More values were changed than the budget of losses allows: {reason}',
    retry: 'manual',
    exit: 4,
    hint: 'See the losses in the report; allow the rule under losses:, or repair the values at the source.',
  },
  TL_D412: {
    title: '{count} of {read} rows were rejected',
    retry: 'never',
    exit: 4,
    hint: 'See rejects.ndjson for key and reason of each. {cure}',
  },
  TL_D413: {
    title: 'The expression has no value for this row: {reason}',
    retry: 'never',
    exit: 4,
    hint: 'Guard the expression, as by x == null ? ... : ..., coalesce(x, ...) or has(x.key), or repair the value at the source.',
  },
  TL_D414: {
    title: 'The expression is more work for this row than a row may cost',
    retry: 'never',
    exit: 4,
    hint: 'Take loops out of loops, or what makes a text longer within a loop: docs/expressions.md has the limits.',
  },
  TL_D415: {
    title: 'A stage of the pipeline refuses the row: {reason}',
    retry: 'never',
    exit: 4,
    hint: 'Repair the value at the source, or change the stage.',
  },
  TL_D420: {
    title: 'The rejected row cannot be sent again: {reason}',
    retry: 'never',
    exit: 4,
    hint: 'Put it into the target by hand: transload rejects RUN --export has what is kept of it.',
  },
} as const satisfies Record<string, ErrorSpec>
