import { z } from 'zod'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { type Shape, withChanged } from '../shape.ts'
import { columnOf, stageKind } from '../stage-kind.ts'
import { keyReference } from '../stage-keys.ts'
import type { StageRows } from '../stage-rows.ts'
import { hashMask, shortestHash, uuidMask, wholeHash } from '../text/mask-text.ts'
import { valueNames } from '../value-name.ts'

const schema = z
  .strictObject({
    columns: z.array(z.string()).min(1, 'it is empty').describe('Names of columns.'),
    key: keyReference,
    as: z
      .enum(['hex', 'base64url', 'uuid'])
      .optional()
      .describe('How the hash is written; hex, if it says nothing. The column becomes text, or uuid.'),
    length: z
      .int()
      .min(shortestHash)
      .max(wholeHash.hex)
      .optional()
      .describe('Characters: 8 to 64 of hex, 8 to 43 of base64url; all of them, if it says nothing.'),
  })
  .refine(({ as, length = 0 }) => as !== 'base64url' || length <= wholeHash.base64url, {
    message: `a hash of base64url has no more than ${wholeHash.base64url} characters`,
    path: ['length'],
  })
  .refine(({ as, length }) => as !== 'uuid' || length === undefined, {
    message: 'a uuid has a length of its own',
    path: ['length'],
  })

/** Puts keyed hashes in the place of values: equal values have equal hashes, and without the key nobody can try values out. */
export const hash = stageKind({
  name: 'hash',
  memory: 'stateless',
  schema,
  keyOf: ({ key }) => key,
  bind({ columns: names, key: reference, as = 'hex', length }, shape, scope) {
    const key = scope.key(reference)
    const make = as === 'uuid' ? uuidMask(key) : hashMask(key, { as, length })
    const type: CanonicalType = as === 'uuid' ? { kind: 'uuid' } : { kind: 'text', maxLength: length ?? wholeHash[as] }
    let after: Shape = shape
    const hashes = names.map((name, place) => {
      const from = columnOf(after, name, ['columns', place])
      const nameOf = valueNames(from, ['columns', place])
      const { shape: next, column } = withChanged(after, from, { type }, 'hash')
      after = next
      return { from, nameOf, column }
    })
    const reads = hashes.map(({ from }) => from)
    return {
      shape: after,
      reads,
      hides: reads,
      run: (rows: StageRows): void => {
        for (const { from, nameOf, column } of hashes) {
          rows.each((row) => {
            const text = rows.text(row, from)
            rows.put(row, column, text === null ? null : make(nameOf(text)))
          })
        }
      },
    }
  },
})
