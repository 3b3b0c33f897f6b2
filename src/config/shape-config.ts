import { z } from 'zod'
import { type ValueNative, valueNatives } from '../model/document-native.ts'
import { parseShapePath } from './shape-path.ts'

/** What becomes of what stands at a path of documents. */
const placements = ['column', 'json', 'flatten', 'table', 'map', 'array', 'rest', 'drop'] as const

type Placement = (typeof placements)[number]

const fidelities = ['convenient', 'lossless'] as const

/** Whether documents have to be made again of their rows, byte for byte. */
export type Fidelity = (typeof fidelities)[number]

/** What a column can be made for; an element of a native array only for the first. */
const columnNatives = [...valueNatives, 'id'] as const

const name = z.string().min(1, 'it is empty')

const pathShape = z
  .strictObject({
    as: z
      .enum(placements)
      .optional()
      .describe(
        'column: a column, though values differ in type; json: as JSON, whole; flatten: a column for each field; table: a ' +
          'table, with a row for each element; map: a table, with a row for each field; array: an array of the target’s own; ' +
          'rest: in _rest, with all that has no column; drop: left out.',
      ),
    type: z
      .enum(columnNatives)
      .optional()
      .describe('With as: column. The type that the column is made for; other values go to _rest. id: any, as text.'),
    of: z
      .enum(valueNatives)
      .optional()
      .describe('With as: array. The type of the elements; the one they are of by default.'),
    to: name.optional().describe('With as: table or map. What the table is called.'),
    name: name.optional().describe('What the column is called, or what the names of columns in it begin with.'),
    references: z
      .union([name, z.literal(false)])
      .optional()
      .describe(
        'The collection whose keys the values are: a foreign key. false: none is made, though it looks like one.',
      ),
  })
  .superRefine(({ as, type, of, to, name: called, references }, context) => {
    const fail = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message })
    if (type !== undefined && as !== 'column') fail('type', 'it goes with as: column alone')
    if (of !== undefined && as !== 'array') fail('of', 'it goes with as: array alone')
    if (to !== undefined && as !== 'table' && as !== 'map') fail('to', 'it goes with as: table and as: map alone')
    if (references !== undefined && as !== undefined && as !== 'column' && as !== 'flatten') {
      fail('references', 'it goes with a column, or with the DBRefs that columns are made of')
    }
    if (called === undefined || as === undefined) return
    if (as === 'table' || as === 'map') fail('name', 'a table has its name from to')
    if (as === 'rest' || as === 'drop') fail('name', `what is ${as} has no name`)
  })

/** What a pipeline says of the shape of a collection's tables. */
export const shapeSchema = z.union([
  z
    .record(z.string(), z.union([pathShape, z.enum(placements)]))
    .superRefine((paths, context) => {
      for (const [path, wish] of Object.entries(paths)) {
        const written = parseShapePath(path)
        const fail = (message: string): void => context.addIssue({ code: 'custom', path: [path], message })
        if (written === undefined)
          fail('it is no path; write fields as address.zip, and those of elements as lines[].sku')
        else if (written.isGlob && typeof wish === 'object' && (wish.name ?? wish.to) !== undefined) {
          fail('what is for all fields (*) cannot say a name')
        }
      }
    })
    .describe(
      'By path, such as address.zip, or lines[].sku within the elements of an array; * as the last name: all others.',
    ),
  z.literal('document').describe('The whole document as one JSON column, beside _id.'),
])

export const fidelitySchema = z.enum(fidelities)

/** What somebody wants of what stands at a path; what is not said is decided by what the documents hold. */
export interface PathShape {
  readonly as?: Placement | undefined
  /** Of a column. */
  readonly type?: (typeof columnNatives)[number] | undefined
  /** Of a native array's elements. */
  readonly of?: ValueNative | undefined
  /** Of a table: what it is called. */
  readonly to?: string | undefined
  /** Of a column, or of those that an object is flattened to. */
  readonly name?: string | undefined
  /** The collection whose keys the values are; false: none. */
  readonly references?: string | false | undefined
}

/** `document`: whole. Else by path, as `parseShapePath` reads it. */
export type ShapeConfig = 'document' | { readonly [path: string]: PathShape }

/** The short form `address: json` is `address: {as: json}`. */
export function shapeConfig(shape: z.output<typeof shapeSchema> | undefined): ShapeConfig | undefined {
  if (shape === undefined || shape === 'document') return shape
  return Object.fromEntries(
    Object.entries(shape).map(([path, wish]) => [path, typeof wish === 'string' ? { as: wish } : wish]),
  )
}
