import { expect } from 'vitest'
import type { ErrorCode } from '../../src/errors/catalogue.ts'
import { type CliOutcome, summaryOf } from './run-cli.ts'

export interface Refusal {
  readonly code: ErrorCode
  readonly exitCode: number
  /** What the sentence has to name: the thing and the place. */
  readonly names: readonly string[]
  /** What the cure has to say. */
  readonly cure: RegExp
}

/**
 * That the command, called with --json, ended with its own code, one sentence, a cure and the right exit code, and that
 * nothing it printed or wrote holds one of the secrets, as they are or encoded.
 */
export function expectRefusal(outcome: CliOutcome, refusal: Refusal, secrets: readonly string[]): void {
  expectExit(outcome, refusal.exitCode)
  const { error, exitCode, status } = summaryOf(outcome)
  expect({ code: error?.code, exitCode, status }).toEqual({
    code: refusal.code,
    exitCode: refusal.exitCode,
    status: 'failed',
  })
  const sentence = error?.message ?? ''
  for (const name of refusal.names) expect(sentence).toContain(name)
  for (const text of [sentence, error?.hint ?? '']) expectReadable(text)
  expect(sentence).not.toMatch(/\.$/)
  expect(error?.hint).toMatch(refusal.cure)
  expect(outcome.stderr).not.toMatch(/^\s+at .*\(|node:internal|defect of transload/m)
  expectNoSecret(outcome, secrets)
}

/** Shows what it printed where it ended otherwise. */
export function expectExit(outcome: CliOutcome, exitCode: number): void {
  if (outcome.exitCode === exitCode) return
  throw new Error(`it ended with ${outcome.exitCode}, not ${exitCode}:\n${outcome.stderr}\n${outcome.stdout}`)
}

/** One line of words: no stack, no code of the source, nothing that was left to be filled in. */
function expectReadable(text: string): void {
  expect(text.length).toBeGreaterThan(10)
  expect(text).not.toMatch(/\n|\r/)
  expect(text).not.toMatch(/\bundefined\b|\[object|\{\w+\}|\bError:|node:|\.ts:\d/)
}

/** Also in the form that a URL has them in, and in the one that a quoting would leave. */
export function expectNoSecret({ stdout, stderr, files }: CliOutcome, secrets: readonly string[]): void {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", "''"),
  ])
  for (const [where, text] of Object.entries({ stdout, stderr, files })) {
    for (const form of forms) if (text.includes(form)) throw new Error(`${form} in ${where}: ${text}`)
  }
}
