import { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'
import { TransloadError } from '../errors/transload-error.ts'
import { visible } from '../report/visible.ts'
import { canAsk } from './ask.ts'
import { shownAsTyped, shownWhenDone } from './typed-url.ts'
import type { World } from './world.ts'

/** A conversation at a terminal. Each question throws TL_X902 for Ctrl-C and Ctrl-D, and the reason of an abort. */
export interface Prompts {
  intro(title: string): void
  /** A URL, whose password is not shown. Never the empty text. */
  url(question: string, example: string): Promise<string>
  /** Hidden. The empty text: there is none. */
  password(question: string): Promise<string>
  yes(question: string): Promise<boolean>
  /** Some of the names; at least one. All are chosen to begin with. */
  some(question: string, names: readonly string[]): Promise<readonly string[]>
  doing(what: string): void
  done(what: string): void
  failed(what: string, cure: string): void
}

/**
 * Undefined where nobody sits at a terminal. What asks is loaded only here: commands that ask nothing do without.
 */
export async function openPrompts(world: World, signal: AbortSignal): Promise<Prompts | undefined> {
  const { stdin, stderr } = world
  if (!canAsk(world) || !(stdin instanceof Readable) || !(stderr instanceof Writable)) return undefined
  const [clack, { TextPrompt }] = await Promise.all([import('@clack/prompts'), import('@clack/core')])
  const told = { output: stderr }
  const ask = async <T>(question: (ends: Ends) => Promise<T>): Promise<Exclude<T, symbol>> => {
    using end = endOfInput(stdin)
    const answer = await question({ input: stdin, output: stderr, signal: AbortSignal.any([signal, end.signal]) })
    if (isAnswer(answer)) return answer
    signal.throwIfAborted()
    throw new TransloadError('TL_X902')
  }
  const { S_BAR, S_BAR_END } = clack
  return {
    intro: (title) => clack.intro(title, told),
    async url(question, example) {
      const answer = await ask((ends) => {
        const prompt = new TextPrompt({
          ...ends,
          validate: (text) => ((text ?? '').trim() === '' ? `Write a URL, such as ${example}` : undefined),
          render() {
            const head = `${S_BAR}\n${clack.symbol(this.state)}  ${question}\n${S_BAR}  `
            if (this.state === 'submit' || this.state === 'cancel') return `${head}${shownWhenDone(this.userInput)}`
            const typed = this.userInput === '' ? styleText('dim', example) : shownAsTyped(this.userInput, this.cursor)
            const fault = this.state === 'error' ? `  ${this.error}` : ''
            return `${head}${typed}\n${S_BAR_END}${fault}\n`
          },
        })
        return prompt.prompt()
      })
      return (answer ?? '').trim()
    },
    password: async (question) => (await ask((ends) => clack.password({ ...ends, message: question }))) ?? '',
    yes: (question) => ask((ends) => clack.confirm({ ...ends, message: question, initialValue: false })),
    some(question, names) {
      const options = names.map((name) => ({ value: name, label: visible(name) }))
      const rest = { message: question, options, initialValues: [...names], maxItems: 12, required: true }
      return ask((ends) => clack.autocompleteMultiselect({ ...ends, ...rest }))
    },
    doing: (what) => clack.log.message(visible(what), told),
    done: (what) => clack.log.step(visible(what), told),
    failed: (what, cure) => clack.log.error([what, cure].filter(Boolean).map(visible).join('\n'), told),
  }
}

interface Ends {
  readonly input: Readable
  readonly output: Writable
  readonly signal: AbortSignal
}

/** A symbol stands for Ctrl-C, or for an abort. */
function isAnswer<T>(answer: T): answer is Exclude<T, symbol> {
  return typeof answer !== 'symbol'
}

/** Aborts where nothing more will be typed: Ctrl-D, or a terminal that is gone. The question alone would wait for ever. */
function endOfInput(input: Readable): Disposable & { readonly signal: AbortSignal } {
  const ended = new AbortController()
  const end = (): void => ended.abort()
  const key = (_: unknown, { ctrl, name }: { readonly ctrl?: boolean; readonly name?: string } = {}): void => {
    if (ctrl === true && name === 'd') end()
  }
  input.on('keypress', key).once('end', end).once('close', end)
  return {
    signal: ended.signal,
    [Symbol.dispose]() {
      input.off('keypress', key).off('end', end).off('close', end)
    },
  }
}
