import type { Reporter, TestModule, TestProject, Vitest } from 'vitest/node'

/**
 * A reporter that turns a whole run red where a project ran fewer tests than it is known to have: a glob that matches
 * nothing any more must not look like success. A run that was narrowed on purpose (files, `-t`, shards, engines left
 * out) is not counted.
 */
export function minimumCount(minimumCounts: { readonly [project: string]: number }): Reporter {
  let vitest: Vitest | undefined
  return {
    onInit(started) {
      vitest = started
    },
    async onTestRunEnd(testModules, _unhandledErrors, reason) {
      if (vitest === undefined || reason === 'interrupted' || leavesTestsOut(vitest)) return
      for (const project of vitest.projects) {
        const minimum = minimumCounts[project.name]
        if (minimum === undefined)
          throw new Error(`vitest.config.ts has no minimum count for the project ${project.name}`)
        const own = testModules.filter((module) => module.project.name === project.name)
        const testCount = countTests(own)
        if (testCount >= minimum || own.length < (await fileCount(project))) continue
        vitest.logger.error(`\nproject ${project.name}: ${testCount} tests ran, at least ${minimum} are expected`)
        process.exitCode = 1
      }
    },
  }
}

function leavesTestsOut({ config }: Vitest): boolean {
  return config.testNamePattern !== undefined || (process.env['TRANSLOAD_SKIP_ENGINES'] ?? '') !== ''
}

/** Of all files of the project: more than ran where the run was given some of them by name. */
async function fileCount(project: TestProject): Promise<number> {
  const { testFiles } = await project.globTestFiles()
  return testFiles.length
}

function countTests(testModules: readonly TestModule[]): number {
  const tests = testModules.flatMap((module) => [...module.children.allTests()])
  return tests.filter((test) => test.result().state !== 'skipped').length
}
