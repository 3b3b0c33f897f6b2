import { z } from 'zod'
import type { StageKind } from './stage-kind.ts'
import { cast } from './stages/cast.ts'
import { check } from './stages/check.ts'
import { clean } from './stages/clean.ts'
import { code } from './stages/code.ts'
import { constant } from './stages/constant.ts'
import { dedupe } from './stages/dedupe.ts'
import { defaultStage } from './stages/default.ts'
import { drop } from './stages/drop.ts'
import { explode } from './stages/explode.ts'
import { filter } from './stages/filter.ts'
import { hash } from './stages/hash.ts'
import { id } from './stages/id.ts'
import { join } from './stages/join.ts'
import { keep } from './stages/keep.ts'
import { lookup } from './stages/lookup.ts'
import { map } from './stages/map.ts'
import { mask } from './stages/mask.ts'
import { nest } from './stages/nest.ts'
import { pivot } from './stages/pivot.ts'
import { remember } from './stages/remember.ts'
import { rename } from './stages/rename.ts'
import { route } from './stages/route.ts'
import { set } from './stages/set.ts'
import { split } from './stages/split.ts'
import { unpivot } from './stages/unpivot.ts'

/** By the names that pipelines write. */
const kinds = {
  rename,
  drop,
  keep,
  cast,
  constant,
  default: defaultStage,
  clean,
  split,
  map,
  join,
  set,
  check,
  filter,
  explode,
  route,
  unpivot,
  pivot,
  nest,
  dedupe,
  remember,
  lookup,
  hash,
  mask,
  id,
  code,
}

/** Every kind of stage that pipelines may have. */
export const stageKinds: readonly StageKind[] = Object.values(kinds)

/** Stages within a stage are stages like any others. */
type WithStages<Options> = Options extends { readonly transform?: unknown }
  ? Omit<Options, 'transform'> & { readonly transform?: readonly StageInput[] | undefined }
  : Options

/** A stage that the schema has let through. */
export interface CheckedStage {
  readonly [name: string]: unknown
}

/** One stage, as pipelines write it: its name and its options. */
export type StageInput = {
  readonly [name in keyof typeof kinds]?: WithStages<z.input<(typeof kinds)[name]['schema']>> | undefined
}

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

const stageSchema: z.ZodType<CheckedStage, StageInput> = z
  .strictObject(Object.fromEntries(stageKinds.map((kind) => [kind.name, schemaOf(kind).optional()])))
  .refine((stage) => Object.values(stage).filter((options) => options !== undefined).length === 1, {
    message: 'a stage is one name with its options: what is to happen one after the other is an item each',
    // Of a name that nobody knows that is told.
    when: ({ issues }) => issues.length === 0,
  })

/** The stages of a dataset, as pipelines write them. */
export const stagesSchema: z.ZodType<CheckedStage[], readonly StageInput[]> = z.array(stageSchema)

/** Whether a place in a pipeline file is the key of a stage, which is written as a reference to a secret. */
export function isStageKey(path: readonly PropertyKey[]): boolean {
  const [list, place, name, option] = path.slice(-4)
  if (list !== 'transform' || typeof place !== 'number' || option !== 'key') return false
  return stageKinds.some((kind) => kind.name === name && kind.keyOf !== undefined)
}
