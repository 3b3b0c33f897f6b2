import { resolveSecrets } from '../config/resolve-secrets.ts'
import { secretsIn } from '../config/secret-mask.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { registry } from '../index.ts'
import { datasetNames } from '../plan/select-tables.ts'
import { asTransloadError, errorSummary } from '../run/summary.ts'
import type { Prompts } from './prompts.ts'
import { withTarget } from './with-target.ts'
import type { World } from './world.ts'

/** A URL as somebody gave it, and with its secrets in place. */
export interface GivenUrl {
  readonly given: string
  readonly resolved: string
  /** Of a source that was connected to: its tables' names. */
  readonly tables?: readonly string[] | undefined
}

export interface Asking {
  readonly world: World
  readonly signal: AbortSignal
  /** Told of every URL before anything is done with it, so that its secrets are shown nowhere. */
  readonly guard: (url: string) => void
  /** Takes out of a text what it may not show. */
  readonly clean: (text: string) => string
}

const examples = { source: 'mysql://user@host/database', target: 'postgres://user@host/database' }

/** Asks for a URL until one can be connected to. Nothing is written there. @throws TL_X902 */
export async function askForEnd(end: 'source' | 'target', prompts: Prompts, asking: Asking): Promise<GivenUrl> {
  const question = end === 'source' ? 'Source: where do the rows come from?' : 'Target: where do they go?'
  for (;;) {
    const given = await prompts.url(question, examples[end])
    const found = await attempt(end, given, prompts, asking)
    if (!(found instanceof TransloadError)) return found
    const isLogin = found.code === 'TL_S203' || found.code === 'TL_T303'
    tell(found, prompts, asking)
    if (!isLogin || !takesPassword(given)) continue
    const password = await prompts.password('Password (empty: another URL)')
    if (password === '') continue
    const again = await attempt(end, withPassword(given, password), prompts, asking)
    if (!(again instanceof TransloadError)) return again
    tell(again, prompts, asking)
  }
}

/** What was connected to, or why not. @throws what is no fault of the URL's */
async function attempt(
  end: 'source' | 'target',
  given: string,
  prompts: Prompts,
  { world, signal, guard }: Asking,
): Promise<GivenUrl | TransloadError> {
  guard(given)
  try {
    const resolved = await resolveSecrets(given, world)
    guard(resolved)
    prompts.doing('connecting …')
    if (end === 'source') {
      const { tables, label, version } = await lookAtSource(resolved, signal)
      prompts.done(`${label}: ${version}, ${tables.length} tables`)
      return { given, resolved, tables }
    }
    prompts.done(
      await withTarget(registry, resolved, signal, ({ label, version }) => Promise.resolve(`${label}: ${version}`)),
    )
    return { given, resolved }
  } catch (error) {
    const failure = asTransloadError(error)
    if (signal.aborted || failure.spec.exit === 70) throw error
    return failure
  }
}

async function lookAtSource(
  url: string,
  signal: AbortSignal,
): Promise<{ readonly tables: readonly string[]; readonly label: string; readonly version: string }> {
  const connector = await registry(url)
  const endpoint = connector.parseUrl(url)
  if (connector.openSource === undefined) {
    const context = { url: endpoint.label, reason: 'it cannot be a source', cure: 'Name another one.' }
    throw new TransloadError('TL_C103', context)
  }
  await using source = await connector.openSource(endpoint, { laneCount: 1, notice: () => {} }, signal)
  const { tables } = await source.catalog(signal)
  if (tables.length === 0) {
    throw new TransloadError('TL_S205', { endpoint: source.label, kind: 'table', name: 'to read' })
  }
  return { tables: tables.map(datasetNames(tables)), label: source.label, version: source.version }
}

function tell(error: TransloadError, prompts: Prompts, { clean }: Asking): void {
  const { code, message, hint } = errorSummary(error)
  prompts.failed(`${code}: ${clean(message)}`, clean(hint))
}

/** Whether there is a user in it, and no password. */
function takesPassword(url: string): boolean {
  return /^[\w+.-]+:\/\/[^:@/?#]+@/.test(url) && secretsIn(url).length === 0
}

function withPassword(url: string, password: string): string {
  return url.replace(/^([\w+.-]+:\/\/[^:@/?#]+)@/, (_, before: string) => `${before}:${encodeURIComponent(password)}@`)
}
