import { z } from 'zod'
import type { StageKind } from './stage-kind.ts'
import { cast } from './stages/cast.ts'
import { check } from './stages/check.ts'
import { clean } from './stages/clean.ts'
import { constant } from './stages/constant.ts'
import { dedupe } from './stages/dedupe.ts'
import { defaultStage } from './stages/default.ts'
import { drop } from './stages/drop.ts'
import { explode } from './stages/explode.ts'
import { filter } from './stages/filter.ts'
import { join } from './stages/join.ts'
import { keep } from './stages/keep.ts'
import { lookup } from './stages/lookup.ts'
import { map } from './stages/map.ts'
import { remember } from './stages/remember.ts'
import { rename } from './stages/rename.ts'
import { route } from './stages/route.ts'
import { set } from './stages/set.ts'
import { split } from './stages/split.ts'

/** Every kind of stage that pipelines may have. */
export const stageKinds: readonly StageKind[] = [
  rename,
  drop,
  keep,
  cast,
  constant,
  defaultStage,
  clean,
  split,
  map,
  join,
  set,
  check,
  filter,
  explode,
  route,
  dedupe,
  remember,
  lookup,
]

/** Stages of rows that a stage makes are stages like any others. */
function schemaOf({ schema }: StageKind): z.ZodType {
  if (!(schema instanceof z.ZodObject) || !('transform' in schema.shape)) return schema
  const prose = 'What becomes of those rows before they are written: stages, as a dataset has them.'
  return schema.extend({
    transform: z
      .lazy(() => stagesSchema)
      .optional()
      .describe(prose),
  })
}

const stageSchema: z.ZodType = z
  .strictObject(Object.fromEntries(stageKinds.map((kind) => [kind.name, schemaOf(kind).optional()])))
  .refine((stage) => Object.values(stage).filter((options) => options !== undefined).length === 1, {
    message: 'a stage is one name with its options: what is to happen one after the other is an item each',
    // Of a name that nobody knows that is told.
    when: ({ issues }) => issues.length === 0,
  })

/** The stages of a dataset, as pipelines write them. */
export const stagesSchema: z.ZodType = z.array(stageSchema)
