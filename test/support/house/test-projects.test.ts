import { matchesGlob } from 'node:path'
import { describe, expect, it } from 'vitest'
import configuration from '../../../vitest.config.ts'
import { typescriptFiles } from './project-files.ts'

interface Project {
  readonly test: { readonly name: string; readonly include: readonly string[]; readonly exclude?: readonly string[] }
}

describe('vitest.config.ts', () => {
  it('gives each test file to exactly one project: what no project collects never fails', async () => {
    const projects = configuration.test?.projects as unknown as readonly Project[]
    const files = [...(await typescriptFiles('src')), ...(await typescriptFiles('test'))]
    // Without a MongoDB their project is not there, and their count is printed.
    const hasMongod = (process.env['MONGODB_URL'] ?? '') !== ''
    const tests = files.filter((path) => path.endsWith('.test.ts') && (hasMongod || !path.endsWith('.mongod.test.ts')))
    expect(tests.length).toBeGreaterThan(10)
    const matchesOne = (globs: readonly string[], path: string) => globs.some((glob) => matchesGlob(path, glob))
    const owners = tests.map((path) => ({
      path,
      projects: projects
        .filter(({ test }) => matchesOne(test.include, path) && !matchesOne(test.exclude ?? [], path))
        .map(({ test }) => test.name),
    }))
    expect(owners.filter((owner) => owner.projects.length !== 1)).toEqual([])
  })
})
