import { readFileSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Reporter } from 'vitest/node'

const checkout = join(import.meta.dirname, '../..')

/**
 * A reporter for the tests that need a real MongoDB, which no registry has: they are collected where `MONGODB_URL` names
 * one, and else counted.
 */
export function notRunWithoutMongod(hasMongod: boolean): Reporter {
  return {
    onTestRunEnd() {
      if (!hasMongod) console.log(`not run: ${countMongodTests()} (needs mongod)`)
    },
  }
}

/** By their source text, where a test is a line that begins with `it`. */
function countMongodTests(): number {
  const files = globSync('{src,test}/**/*.mongod.test.ts', { cwd: checkout })
  return files.reduce((sum, file) => {
    const text = withExercises(join(checkout, file))
    return sum + [...text.matchAll(/^\s*it(?:\.each\b.*)?\(/gm)].length
  }, 0)
}

/** What the file exercises with others' tests stands in modules that are called so. */
function withExercises(path: string): string {
  const text = readFileSync(path, 'utf8')
  const exercises = [...text.matchAll(/from '([^']*\/exercise-[^']*)'/g)].map(([, name = '']) =>
    join(dirname(path), name),
  )
  return [text, ...exercises.map(withExercises)].join('\n')
}
