import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FixPlan, type FixPlanHead, type FixPlanTable } from './fix-plan.ts'

const head: FixPlanHead = {
  source: 'mysql://db/shop',
  target: 'postgres://pg/shop',
  begin: 'BEGIN;',
  end: 'COMMIT;',
  notRepaired: [],
}

async function place() {
  const path = await mkdtemp(join(tmpdir(), 'transload-fix-plan-'))
  return { path, file: join(path, 'plan.sql'), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

function table(name: string, over: Partial<FixPlanTable> = {}): FixPlanTable {
  return { from: name, to: `public.${name}`, id: name, parents: [], isReferredTo: false, notes: [], ...over }
}

const sql = (text: string) => ({ sql: text, byHand: [] })

/** What is neither comment nor empty. */
function statements(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('--'))
}

describe('a fix plan', () => {
  it('has its counts at the top, and its statements in an order that foreign keys allow', async () => {
    await using at = await place()
    await using plan = await FixPlan.create(at.file)
    plan.begin(table('child', { parents: ['parent'], notes: ['its triggers fire: x'] }))
    plan.add('insert', sql('insert child;'), { id: '1' })
    plan.add('delete', sql('delete child;'), { id: '2' })
    plan.add('update', sql('update child;'), { id: '3' })
    plan.begin(table('parent', { isReferredTo: true }))
    plan.add('insert', sql('insert parent;'), { id: '1' })
    plan.add('update', { sql: 'update parent;', byHand: ['a cannot hold it', 'nor b'] }, { id: '1\n2' })
    plan.add('update', { byHand: ['c is generated'] }, { id: '2' })
    plan.add('delete', sql('delete parent;'), { id: '3' })
    await plan.write({ ...head, notRepaired: ['t: index x is not\nthere'] })
    const text = await readFile(at.file, 'utf8')
    expect(statements(text)).toEqual([
      'BEGIN;',
      'delete child;',
      'delete parent;',
      'update parent;',
      'insert parent;',
      'update child;',
      'insert child;',
      'delete parent;',
      'COMMIT;',
    ])
    for (const line of [
      '-- What would make postgres://pg/shop',
      '-- what mysql://db/shop is.',
      '-- 2 inserts, 2 updates, 2 deletes, 2 by hand',
      '--   child to public.child: 1 insert, 1 update, 1 delete, 0 by hand',
      '--   parent to public.parent: 1 insert, 1 update, 1 delete, 2 by hand',
      '--   child: its triggers fire: x',
      String.raw`--   t: index x is not\u000athere`,
      String.raw`-- by hand: update public.parent id=1\u000a2: a cannot hold it`,
      String.raw`-- by hand: update public.parent id=1\u000a2: nor b`,
      '-- by hand: update public.parent id=2: c is generated',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
  })

  it('takes back what was said of a table that is compared once more', async () => {
    await using at = await place()
    await using plan = await FixPlan.create(at.file)
    plan.begin(table('one'))
    plan.add('insert', sql('one;'), {})
    plan.begin(table('two'))
    plan.add('insert', sql(`wrong ${'x'.repeat(3_000_000)};`), {})
    plan.add('insert', { byHand: ['wrong'] }, {})
    plan.add('delete', sql('wrong;'), {})
    plan.retract()
    plan.add('insert', sql('two;'), {})
    await plan.write(head)
    const text = await readFile(at.file, 'utf8')
    expect(statements(text)).toEqual(['BEGIN;', 'one;', 'two;', 'COMMIT;'])
    expect(text).toContain('-- 2 inserts, 0 updates, 0 deletes, 0 by hand')
    expect(text).not.toContain('wrong')
  })

  it('names tables that go in a circle', async () => {
    await using at = await place()
    await using plan = await FixPlan.create(at.file)
    plan.begin(table('a', { parents: ['b'] }))
    plan.begin(table('b', { parents: ['a'] }))
    await plan.write(head)
    expect(await readFile(at.file, 'utf8')).toContain(
      '--   foreign keys go in a circle: a, b; change their order by hand\n',
    )
  })

  it('is its owner’s alone, and leaves nothing else behind', async () => {
    await using at = await place()
    await writeFile(at.file, 'of yesterday', { mode: 0o644 })
    {
      await using plan = await FixPlan.create(at.file)
      plan.begin(table('t'))
      plan.add('insert', sql('never written;'), {})
    }
    expect(await readdir(at.path)).toEqual(['plan.sql'])
    expect(await readFile(at.file, 'utf8')).toBe('of yesterday')
    {
      await using plan = await FixPlan.create(at.file)
      await plan.write(head)
    }
    expect(await readdir(at.path)).toEqual(['plan.sql'])
    expect((await stat(at.file)).mode & 0o777).toBe(0o600)
    expect(statements(await readFile(at.file, 'utf8'))).toEqual(['BEGIN;', 'COMMIT;'])
  })

  it('is refused where there can be none', async () => {
    await using at = await place()
    const refused = { code: 'TL_C105', hint: 'Name a file in a directory that can be written.' }
    await expect(FixPlan.create(at.path)).rejects.toMatchObject(refused)
    await expect(FixPlan.create(join(at.path, 'no', 'such'))).rejects.toMatchObject(refused)
  })
})
