import { expect } from 'vitest'
import type { CanonicalKind } from '../../../src/model/canonical-type.ts'
import type { SeedRow, SeedTable } from '../../support/harness.ts'
import { comparableText } from '../../support/seed-text.ts'
import { everyKind } from '../every-kind.ts'
import type { Law, LawGroup } from '../law.ts'
import { oddNames } from '../odd-names.ts'
import { never } from '../open-ends.ts'
import { openSink, writeOnce } from '../open-sink.ts'
import { sorted } from '../read-split.ts'
import { column, int32, text } from '../tables.ts'

function writesName(name: string): Law {
  return {
    name: `writes a table and a column named ${name}`,
    needs: ['target'],
    exercise: async (scene) => {
      const table: SeedTable = {
        name,
        columns: [column(name, int32), column('b', text, true)],
        key: [name],
        indexes: [['b']],
      }
      await using sink = await openSink(scene, [table])
      const rows: SeedRow[] = [
        ['1', 'x'],
        ['2', null],
      ]
      await writeOnce(sink, sink.lane(), rows)
      for (const step of sink.plan.finish) {
        expect(await sink.target.finish(sink.run, 1, step, never)).toEqual({ outcome: 'done' })
      }
      expect(sorted(await scene.world.readAll(table))).toEqual(sorted(rows))
    },
  }
}

function writesKind(kind: CanonicalKind): Law {
  return {
    name: `writes ${kind}`,
    needs: ['target', `type ${kind}`],
    exercise: async (scene) => {
      const cases = scene.harness.types.filter(({ type }) => type.kind === kind)
      const tables = cases.map(({ type }, i): SeedTable => {
        return { name: `t${i}`, columns: [column('id', int32), column('value', type, true)], key: ['id'] }
      })
      await using sink = await openSink(scene, tables)
      for (const [i, { type, values }] of cases.entries()) {
        const table = tables[i]
        if (table === undefined) continue
        const rows: SeedRow[] = [...values, null].map((value, id) => [String(id), value])
        const receipt = await writeOnce(sink, sink.lane({}, table.name), rows)
        expect(receipt.rejects, 'a value is refused').toEqual([])
        const comparable = ([id, value]: SeedRow): SeedRow => [id ?? null, comparableText(type, value ?? null)]
        const written = await scene.world.readAll(table)
        expect(sorted(written.map(comparable))).toEqual(sorted(rows.map(comparable)))
      }
    },
  }
}

export const sinkCarrying: LawGroup = {
  title: 'names and values written',
  laws: [...oddNames.map(writesName), ...everyKind.map(writesKind)],
}
