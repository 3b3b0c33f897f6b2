import { probe } from '../async/probe.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { Plain } from '../model/plain.ts'
import { keepsRows, outputsOf, type Plan } from '../model/plan.ts'
import { isSameName, type QualifiedName, type TableInfo } from '../model/relation.ts'
import type { StoredRun } from '../model/run-state.ts'
import { assertRebuildable } from '../plan/assert-rebuildable.ts'
import { createPlan } from '../plan/create-plan.ts'
import { assertMasksKnown } from '../plan/mask-columns.ts'
import { planIdentity } from '../plan/plan-identity.ts'
import type { Ends } from './ends.ts'
import { assertMayStart, preflightWarnings } from './may-start.ts'
import { changedKeys, loadPlanStages } from './plan-keys.ts'
import { planOf } from './plan-of.ts'
import type { RunRecord } from './record.ts'
import type { RunRequest } from './request.ts'
import { newRunId } from './run-id.ts'
import { RunSession } from './session.ts'

/** Takes over the unfinished run of the same plan, or plans and begins a new one. */
export async function openSession(request: RunRequest, ends: Ends, record: RunRecord): Promise<RunSession> {
  const { events, flags, signal } = request
  const { target } = ends
  const identity =
    request.savedPlan?.identity ?? planIdentity(ends.sourceEnd, ends.targetEnd, request.pipeline, scopeOf(request))
  const unfinished = await target.state.findUnfinished(identity, signal)
  if (unfinished !== undefined && !flags.fresh) return await goOn(request, ends, unfinished)
  if (flags.finishOnly) {
    throw new TransloadError('TL_C105', {
      reason: 'There is no unfinished run of this plan to finish',
      cure: 'Leave --finish-only out, or name the same source, target and pipeline as before.',
    })
  }
  if (unfinished !== undefined) await giveUp(unfinished, ends, signal)
  events.phase('plan')
  const plan = await record.watch.time('plan', () => makePlan(request, ends, identity))
  events.planned(plan, undefined)
  assertMayStart(request, ends, plan)
  for (const { message } of preflightWarnings(plan)) events.warning(message)
  await warnOfChangedKeys(request, ends, plan, record)
  probe('after-plan')
  events.phase('prepare')
  return await record.watch.time('prepare', () => begin(request, ends, plan))
}

/** Rows that are added to such as are there are not hidden as those are, where the key is another. */
async function warnOfChangedKeys(
  { pipeline, events, signal }: RunRequest,
  ends: Ends,
  { datasets }: Plan,
  record: RunRecord,
): Promise<void> {
  const stages = datasets.flatMap(({ mode, transform = [] }) => (keepsRows(mode) ? transform : []))
  const consequence = 'rows that are kept have other masks than those that are added'
  for (const message of await changedKeys(ends, { pipeline, stages, consequence }, signal)) {
    record.warnings.push({ code: 'key-changed', message })
    events.warning(message)
  }
}

/**
 * @throws TL_T313 where the run's rows lie among others: in a table that keeps its own, or, of those that were there and are
 * loaded whole, in one that has more rows by now than the run has written
 */
async function giveUp(unfinished: StoredRun, { target }: Ends, signal: AbortSignal): Promise<void> {
  const written = new Map<string, number>()
  for (const output of await target.state.outputs(unfinished.run, signal)) {
    written.set(output.to, (written.get(output.to) ?? 0) + output.written)
  }
  const outputs = planOf(unfinished).datasets.flatMap(outputsOf)
  const whole = outputs.filter((dataset) => dataset.adopted && !keepsRows(dataset.mode))
  const counts = await rowCounts(
    target,
    whole.map(({ table }) => table.name),
    signal,
  )
  const mixedIn = outputs.find((dataset) => {
    const own = written.get(dataset.to) ?? 0
    return keepsRows(dataset.mode) ? own > 0 : (counts.get(dataset.to) ?? 0) > own
  })
  if (mixedIn !== undefined) {
    throw new TransloadError('TL_T313', { run: unfinished.run, mode: mixedIn.mode, table: mixedIn.to })
  }
  await target.state.discard(unfinished.run, signal)
}

/** By `schema.name`, as a dataset's `to` has it, of those that are there. */
async function rowCounts(
  target: Target,
  tables: readonly QualifiedName[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const existing = await target.describe(tables, signal)
  const questions = existing.map(({ name }) => ({ table: name, columns: [], orphans: [] }))
  const answers = await target.count(questions, signal)
  return new Map(answers.map(({ table, rows }) => [`${table.schema}.${table.name}`, rows]))
}

async function goOn(request: RunRequest, ends: Ends, unfinished: StoredRun): Promise<RunSession> {
  if (unfinished.attempts > 0 && !ends.source.capabilities.resumable && unfinished.status !== 'loaded') {
    throw new TransloadError('TL_K502', { run: unfinished.run, reason: 'standard input cannot be read again' })
  }
  if (request.flags.finishOnly) await assertLoaded(unfinished, ends, request.signal)
  // The plan was made under masks that may have been others.
  const { mask } = request.pipeline.validate
  if (mask.length > 0) {
    const { tables } = await ends.source.catalog(request.signal)
    assertMasksKnown(mask, withPlanned(tables, planOf(unfinished)))
  }
  assertRebuildable(request.pipeline.validate.mode, planOf(unfinished).datasets)
  await loadPlanStages(planOf(unfinished), request.pipeline.secrets.of)
  const stored = await ends.target.state.takeOver(unfinished.run, request.signal)
  const plan = planOf(stored)
  request.events.planned(plan, stored.run)
  const session = new RunSession(stored, plan)
  if (stored.status === 'failed' || stored.status === 'interrupted') {
    await session.setStatus(ends.target, 'running', request.signal)
  }
  return session
}

/** Keys over half of the rows would say that all of them are there. */
async function assertLoaded({ run }: StoredRun, { target }: Ends, signal: AbortSignal): Promise<void> {
  const splits = await target.state.splits(run, signal)
  const left = splits.filter((split) => !split.done).length
  if (left === 0) return
  throw new TransloadError('TL_C105', {
    reason: `There is nothing to finish yet: ${left} of ${splits.length} parts of the run ${run} are not copied`,
    cure: 'Leave --finish-only out: the run goes on from its last checkpoint, and is finished then.',
  })
}

async function makePlan(request: RunRequest, ends: Ends, identity: string): Promise<Plan> {
  const { savedPlan, flags, signal } = request
  if (savedPlan === undefined) {
    return await createPlan({
      ...ends,
      identity,
      pipeline: request.pipeline,
      scope: scopeOf(request),
      census: flags.census,
      censusLimit: flags.censusLimit,
      laneCount: flags.laneCount,
      triggers: flags.triggers,
      signal,
    })
  }
  const catalog = await ends.source.catalog(signal)
  if (catalog.fingerprint !== savedPlan.source.fingerprint) {
    throw new TransloadError('TL_K503', { reason: 'the source’s schema has changed since the plan was made' })
  }
  assertMasksKnown(request.pipeline.validate.mask, withPlanned(catalog.tables, savedPlan))
  await loadPlanStages(savedPlan, request.pipeline.secrets.of)
  return savedPlan
}

/** What columns a collection has is what the plan found in its documents. */
function withPlanned(
  tables: readonly TableInfo[],
  { datasets }: Plan,
): readonly { readonly name: QualifiedName; readonly columns: readonly { readonly name: string }[] }[] {
  return tables.map((table) => {
    const read = datasets.find((one) => isSameName(one.read.table, table.name))?.read
    return read?.leftOut === undefined ? table : { name: table.name, columns: read.columns }
  })
}

function scopeOf({ flags }: RunRequest): 'all' | 'schema' | 'data' {
  return flags.schemaOnly ? 'schema' : flags.dataOnly ? 'data' : 'all'
}

async function begin(request: RunRequest, ends: Ends, plan: Plan): Promise<RunSession> {
  const now = new Date()
  const stored = await ends.target.state.begin(
    {
      run: newRunId(now),
      planIdentity: plan.identity,
      plan: plan as unknown as Plain,
      startedAt: now.toISOString(),
    },
    [...(plan.passes ?? []), ...plan.datasets].flatMap(({ splits }) => splits),
    plan.prepare,
    request.signal,
  )
  request.events.begun(stored.run)
  probe('splits-stored')
  return new RunSession(stored, plan)
}
