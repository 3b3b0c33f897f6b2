import type { ErrorSpec } from '../error-spec.ts'

/** TL_C1xx: configuration, mapping, flags. */
export const configErrors = {
  TL_C101: {
    title: 'The pipeline file {file} is not valid YAML: {reason}',
    retry: 'never',
    exit: 2,
    hint: 'Mend the file at the place named.',
  },
  TL_C102: {
    title: '{file}: {place}: {reason}',
    retry: 'never',
    exit: 2,
    hint: '{cure}',
  },
  TL_C103: {
    title: 'The URL {url} cannot be used: {reason}',
    retry: 'never',
    exit: 2,
    hint: '{cure}',
  },
  TL_C104: {
    title: 'No connector for the scheme {scheme}',
    retry: 'never',
    exit: 2,
    hint: 'Known schemes: {known}.',
  },
  TL_C105: {
    title: '{reason}',
    retry: 'never',
    exit: 2,
    hint: '{cure}',
  },
  TL_C106: {
    title: 'The secret {name} is not there: {reason}',
    retry: 'never',
    exit: 2,
    hint: 'Set the environment variable, or name a file that can be read.',
  },
  TL_C107: {
    title: 'The pipeline (or --only, --except, --mask) names {name}, which the source does not have',
    retry: 'never',
    exit: 2,
    hint: '{meant}Known names: {known}.',
  },
  TL_C108: {
    title: 'Two names become one in the target: {names}',
    retry: 'never',
    exit: 2,
    hint: 'Give one of them another name under columns: or to:, choose another names: rule, or merge the tables (discriminator).',
  },
  TL_C109: {
    title: '{reason}',
    retry: 'never',
    exit: 2,
    hint: 'Add --yes to have it made, or name another one with ?schema=NAME.',
  },
  TL_C110: {
    title: 'The table {table} of the target has triggers: {triggers}',
    retry: 'never',
    exit: 2,
    hint: 'Say --triggers keep to have them fire for every row, or --triggers disable to switch them off during the load.',
  },
  TL_C111: {
    title: 'The expression is wrong at {line}:{column}: {reason}',
    retry: 'never',
    exit: 2,
    hint: '{cure}',
  },
} as const satisfies Record<string, ErrorSpec>
