import { z } from 'zod'
import type { StageKind } from './stage-kind.ts'
import { cast } from './stages/cast.ts'
import { check } from './stages/check.ts'
import { clean } from './stages/clean.ts'
import { constant } from './stages/constant.ts'
import { defaultStage } from './stages/default.ts'
import { drop } from './stages/drop.ts'
import { filter } from './stages/filter.ts'
import { hash } from './stages/hash.ts'
import { id } from './stages/id.ts'
import { join } from './stages/join.ts'
import { keep } from './stages/keep.ts'
import { map } from './stages/map.ts'
import { mask } from './stages/mask.ts'
import { rename } from './stages/rename.ts'
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
  hash,
  mask,
  id,
]

const stageSchema = z
  .strictObject(Object.fromEntries(stageKinds.map(({ name, schema }) => [name, schema.optional()])))
  .refine((stage) => Object.values(stage).filter((options) => options !== undefined).length === 1, {
    message: 'a stage is one name with its options: what is to happen one after the other is an item each',
    // Of a name that nobody knows that is told.
    when: ({ issues }) => issues.length === 0,
  })

/** The stages of a dataset, as pipelines write them. */
export const stagesSchema = z.array(stageSchema)

/** Whether a place in a pipeline file is the key of a stage, which is written as a reference to a secret. */
export function isStageKey(path: readonly PropertyKey[]): boolean {
  const [list, place, name, option] = path.slice(-4)
  if (list !== 'transform' || typeof place !== 'number' || option !== 'key') return false
  return stageKinds.some((kind) => kind.name === name && kind.keyOf !== undefined)
}
