import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { registry } from '../../src/connectors/registry.ts'
import { run } from '../../src/run/run.ts'
import { quietEvents, testFlags } from './run-defaults.ts'

/**
 * Moves the database of the first argument to that of the second, and compares them unless a third says otherwise, in a process of its own, and prints what its memory
 * came to at the most: nothing of a test runner is in it.
 */
const [source = '', target = '', validate = 'validate'] = process.argv.slice(2)
const never = new AbortController().signal
const summary = await run({
  pipeline: pipelineBetween(source, target),
  flags: { ...testFlags, validate: validate === 'validate' },
  registry,
  events: quietEvents,
  savedPlan: undefined,
  version: '0.0.0',
  stop: never,
  signal: never,
})
const peakBytes = process.resourceUsage().maxRSS * 1024
console.log(JSON.stringify({ exitCode: summary.exitCode, error: summary.error, peakBytes }))
