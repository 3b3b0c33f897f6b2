import { registerHooks } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { TransloadError } from '../../errors/transload-error.ts'
import { answer, type UserFunction } from './answer-question.ts'
import { describeThrown } from './describe-value.ts'
import { leave, type Question, type Readiness, type ThreadSetup } from './messages.ts'

const setup = workerData as ThreadSetup
if (parentPort === null) throw new TransloadError('TL_X901', { reason: 'the thread of a code stage is none' })
const port = parentPort

// As the pipeline found it, whatever has become of the file.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === setup.url ? { url: setup.url, shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === setup.url ? { format: formatOf(url), source: setup.source, shortCircuit: true } : next(url, context),
})

const found = await load()
if (typeof found === 'function') {
  port.on('message', (question: Question | typeof leave) => {
    if (question === leave) port.close()
    else answer(setup, found, question, (part) => port.postMessage(part))
  })
  port.postMessage({ ready: true } satisfies Readiness)
} else port.postMessage(found)

function formatOf(url: string): 'module' | 'module-typescript' {
  return url.endsWith('ts') ? 'module-typescript' : 'module'
}

async function load(): Promise<UserFunction | (Readiness & { readonly ready: false })> {
  const { url, exportName } = setup
  try {
    const exported: { readonly [name: string]: unknown } = await import(url)
    const wanted = exported[exportName]
    if (typeof wanted === 'function') return wanted as UserFunction
    const names = Object.keys(exported).filter((name) => typeof exported[name] === 'function')
    return { ready: false, at: 'export', reason: 'it exports no function', names }
  } catch (error) {
    return { ready: false, at: 'module', reason: describeThrown(error), names: [] }
  }
}
