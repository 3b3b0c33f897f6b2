import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { RejectedRow } from '../../model/loss.ts'
import type { Plan } from '../../model/plan.ts'
import type { PreviewedPlan } from '../../model/preview.ts'
import type { RunSummary } from '../../model/run-summary.ts'
import { demoDocument } from './demo-document.ts'
import { cleanDocument, errorDocument } from './error-document.ts'
import { initDocument } from './init-document.ts'
import type { planDocument } from './plan-document.ts'
import { previewedPlanDocument } from './preview-document.ts'
import { type rejectedRowSchema, rejectsDocument } from './rejects-document.ts'
import { runDocument } from './run-document.ts'
import { runsDocument, showDocument } from './runs-document.ts'
import { validationSchema } from './validation-document.ts'

/** With every optional field required, so that one which only one side has is seen. */
type Whole<T> = T extends readonly (infer Item)[]
  ? readonly Whole<Item>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Whole<T[K]> }
    : T

/** `true` where each is assignable to the other, all the way down: anything else fails the type check. */
type Same<A, B> = [Whole<A>, Whole<B>] extends [Whole<B>, Whole<A>] ? true : false

const same: readonly true[] = [
  true satisfies Same<z.output<typeof runDocument>, RunSummary>,
  true satisfies Same<z.output<typeof planDocument>, Plan>,
  true satisfies Same<z.output<typeof previewedPlanDocument>, PreviewedPlan>,
  true satisfies Same<z.output<typeof rejectedRowSchema>, RejectedRow>,
]

const documents = {
  run: runDocument,
  plan: previewedPlanDocument,
  validate: validationSchema,
  runs: runsDocument,
  show: showDocument,
  rejects: rejectsDocument,
  error: errorDocument,
  clean: cleanDocument,
  init: initDocument,
  demo: demoDocument,
}

describe('the documents of --json', () => {
  it('have the shapes of the model', () => {
    expect(same).toHaveLength(4)
  })

  // `npx vitest run --project unit src/report --update` writes them anew.
  it.each(Object.entries(documents))('docs/json/%s.schema.json is what the code checks', async (name, document) => {
    const schema = z.toJSONSchema(document, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        delete jsonSchema.readOnly
      },
    })
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`../../../docs/json/${name}.schema.json`)
  })
})
