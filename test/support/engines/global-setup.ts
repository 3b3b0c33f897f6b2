import type { TestProject } from 'vitest/node'
import type { EngineHandle } from './engine-handle.ts'
import { engineNames, type EngineFamily, type EngineName } from './engine-name.ts'
import { engineSpecs } from './engine-specs.ts'
import type { EngineUrls } from './engine-url.ts'
import { skippedEngines } from './skipped-engines.ts'
import { startEngine } from './start-engine.ts'

const handles: EngineHandle[] = []

/** Starts the engines that the project's files need, a set for each worker, and hands out their URLs. */
export async function setup(project: TestProject): Promise<void> {
  const skipped = skippedEngines()
  const files = filesOf(project)
  const families = familiesNeeded(files)
  const wanted = engineNames.filter((name) => {
    const { family, isFullOnly = false } = engineSpecs[name]
    return families.includes(family) && !skipped.includes(name) && !(isFullOnly && project.name !== 'full')
  })
  const workerCount = Math.max(1, Math.min(project.config.maxWorkers, files.length))
  const sets: EngineHandle[][] = []
  try {
    // The first set installs what is missing; two would do so at the same time.
    for (let worker = 0; worker < workerCount; worker++) sets.push(await startSet(wanted))
  } catch (error) {
    await teardown()
    throw error
  }
  const started = sets[0]?.map(({ name, version, origin }) => `${name} ${version} (${origin})`) ?? []
  const times = workerCount === 1 ? '' : `; ${workerCount} of each`
  const left = skipped.length > 0 ? `; SKIPPED: ${skipped.join(', ')}` : ''
  console.log(`engines: ${started.join(', ') || 'none'}${times}${left}`)
  project.provide(
    'engineUrls',
    sets.map((set): EngineUrls => Object.fromEntries(set.map(({ name, url }) => [name, url]))),
  )
}

async function startSet(names: readonly EngineName[]): Promise<EngineHandle[]> {
  const outcomes = await Promise.allSettled(names.map((name) => startEngine(name)))
  const started = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value)
  handles.push(...started)
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as Error)
  if (failures.length > 0) throw new AggregateError(failures, failures.map((failure) => failure.message).join('\n'))
  return started
}

export async function teardown(): Promise<void> {
  await Promise.all(handles.splice(0).map((handle) => handle.stop()))
}

function filesOf(project: TestProject): readonly string[] {
  return project.vitest.state.getPaths().filter((path) => project.matchesTestGlob(path))
}

/** Running a few files by name starts only what they say they need: `*.pg.test.ts` no MySQL, and the reverse. */
function familiesNeeded(files: readonly string[]): readonly EngineFamily[] {
  // A browser is no engine.
  const needing = files.filter((file) => !file.endsWith('.browser.full.test.ts'))
  if (files.length > 0 && needing.length === 0) return []
  const endings: { readonly [family in EngineFamily]: readonly string[] } = {
    // MongoDB itself is none of the engines: PostgreSQL is what its documents are moved to.
    postgres: ['.pg', '.mongod'],
    mysql: ['.mysql'],
    mongo: ['.mongo'],
  }
  const families = Object.keys(endings) as EngineFamily[]
  const only = families.find((family) => needing.length > 0 && needing.every((file) => isOf(file, endings[family])))
  return only === undefined ? families : [only]
}

function isOf(file: string, endings: readonly string[]): boolean {
  return endings.some((ending) => file.endsWith(`${ending}.test.ts`) || file.endsWith(`${ending}.full.test.ts`))
}
