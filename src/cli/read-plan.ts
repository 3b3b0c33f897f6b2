import { readFile } from 'node:fs/promises'
import { TransloadError } from '../errors/transload-error.ts'
import type { Plan } from '../model/plan.ts'
import { planDocument } from '../report/documents/plan-document.ts'

/**
 * A plan that `plan --out` wrote.
 * @param file as its reader typed it
 * @throws TL_C105 where it cannot be read or is no JSON, TL_C102 where it is no plan
 */
export async function readPlan(path: string, file: string): Promise<Plan> {
  let document: unknown
  try {
    document = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new TransloadError(
      'TL_C105',
      {
        reason: `The plan ${file} cannot be read: ${reason}`,
        cure: 'Name a file that transload plan --out has written.',
      },
      error,
    )
  }
  const result = planDocument.safeParse(document)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new TransloadError('TL_C102', {
    file,
    place: issue === undefined || issue.path.length === 0 ? 'the top' : issue.path.map(String).join('.'),
    reason: `it is not a plan of this version: ${issue?.message ?? ''}`,
    cure: 'Make it anew with transload plan --out.',
  })
}
