import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { engineWorkerCount } from './test/support/engines/engine-workers.ts'
import { minimumCount } from './test/support/minimum-count.ts'
import { notRunWithoutMongod } from './test/support/mongod-tests.ts'

const needsEngine = [
  '{src,test}/**/*.{pg,mysql,mongo,e2e}.test.ts',
  'test/{conformance,types,pairs,validate,kill,bad-input,e2e,support/engines}/**/*.test.ts',
]
const atLength = '{src,test}/**/*.full.test.ts'
/** They need a real MongoDB, which no registry has: see test/support/mongod-tests.ts. */
const needsMongod = '{src,test}/**/*.mongod.test.ts'
const hasMongod = (process.env['MONGODB_URL'] ?? '') !== ''
const globalSetup = ['test/support/engines/global-setup.ts']

// Tests start the command line hundreds of times, and half of that is compiling it.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node')

/** How many tests each project has at least: an empty or mistyped glob is red. Raise it as the suite grows. */
const minimumCounts = { unit: 300, engines: 15, full: 40, mongod: 100 }

/** .ci/run names a file for the outcome of every test. */
const outputFile = process.env['TRANSLOAD_TEST_REPORT']
const ownReporters = ['default', minimumCount(minimumCounts), notRunWithoutMongod(hasMongod)] as const

export default defineConfig({
  test: {
    reporters: outputFile === undefined ? [...ownReporters] : [...ownReporters, ['json', { outputFile }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,test}/**/*.test.ts'],
          exclude: [...needsEngine, atLength, needsMongod],
          maxWorkers: 2,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'engines',
          include: needsEngine,
          exclude: [atLength],
          globalSetup,
          maxWorkers: engineWorkerCount(),
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'full',
          include: [atLength],
          globalSetup,
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      ...(hasMongod
        ? [
            {
              test: {
                name: 'mongod',
                include: [needsMongod],
                globalSetup,
                fileParallelism: false,
                testTimeout: 600_000,
                hookTimeout: 120_000,
              },
            },
          ]
        : []),
    ],
  },
})
