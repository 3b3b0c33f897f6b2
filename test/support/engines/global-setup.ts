import type { TestProject } from 'vitest/node'
import type { EngineHandle } from './engine-handle.ts'
import { engineNames, type EngineFamily, type EngineName } from './engine-name.ts'
import { engineSpecs } from './engine-specs.ts'
import './engine-url.ts'
import { skippedEngines } from './skipped-engines.ts'
import { startEngine } from './start-engine.ts'

const handles: EngineHandle[] = []

/** Starts the engines that the project's files need, all at the same time, and hands out their URLs. */
export async function setup(project: TestProject): Promise<void> {
  const skipped = skippedEngines()
  const families = familiesNeeded(project)
  const wanted = engineNames.filter((name) => families.includes(engineSpecs[name].family) && !skipped.includes(name))
  const outcomes = await Promise.allSettled(wanted.map((name) => startEngine(name)))
  for (const outcome of outcomes) if (outcome.status === 'fulfilled') handles.push(outcome.value)
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as Error)
  if (failures.length > 0) {
    await teardown()
    throw new AggregateError(failures, failures.map((failure) => failure.message).join('\n'))
  }
  const started = handles.map(({ name, version, origin }) => `${name} ${version} (${origin})`)
  console.log(`engines: ${started.join(', ') || 'none'}${skipped.length > 0 ? `; SKIPPED: ${skipped.join(', ')}` : ''}`)
  project.provide(
    'engineUrls',
    Object.fromEntries(handles.map(({ name, url }) => [name, url])) as Record<EngineName, string>,
  )
}

export async function teardown(): Promise<void> {
  await Promise.all(handles.splice(0).map((handle) => handle.stop()))
}

/** Running a few files by name starts only what they say they need: `*.pg.test.ts` no MySQL, and the reverse. */
function familiesNeeded(project: TestProject): readonly EngineFamily[] {
  const files = project.vitest.state.getPaths().filter((path) => project.matchesTestGlob(path))
  const endings: { readonly [family in EngineFamily]: string } = { postgres: '.pg.test.ts', mysql: '.mysql.test.ts' }
  const families = Object.keys(endings) as EngineFamily[]
  const only = families.find((family) => files.length > 0 && files.every((file) => file.endsWith(endings[family])))
  return only === undefined ? families : [only]
}
