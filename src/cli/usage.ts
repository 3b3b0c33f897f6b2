import type { CommanderError } from 'commander'
import { withoutUserInfo } from '../config/secret-mask.ts'
import { TransloadError } from '../errors/transload-error.ts'

/** Commander's own errors as ours: usage, exit 2. What was typed may hold a password, and is shown without it. */
export function usageError(error: CommanderError, command: string | undefined): TransloadError {
  const lines = withoutUserInfo(error.message.replace(/^error: /, '')).split('\n')
  const reason = upperFirst(lines[0] ?? '').replace(/\.$/, '')
  const suggestion = /\((Did you mean .*)\)/.exec(lines.slice(1).join(' '))?.[1]
  const help = command === undefined ? 'transload --help' : `transload ${command} --help`
  return new TransloadError('TL_C105', { reason, cure: suggestion ?? `See ${help}.` })
}

/** Help and the version are answers, not errors. */
export function isAnswer(error: CommanderError): boolean {
  return error.code === 'commander.helpDisplayed' || error.code === 'commander.version'
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
