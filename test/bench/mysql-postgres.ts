import { Bench } from './bench.ts'
import { benchBesideFloors } from './parts/beside-floors.ts'
import { benchMemory } from './parts/memory.ts'
import { benchOrders } from './parts/orders.ts'
import { benchRejects } from './parts/rejects.ts'
import { benchSmallTables } from './parts/small-tables.ts'
import { benchTransforms } from './parts/transforms.ts'
import { benchValidate } from './parts/validate.ts'

const parts = {
  orders: benchOrders,
  floors: benchBesideFloors,
  small: benchSmallTables,
  memory: benchMemory,
  validate: benchValidate,
  transforms: benchTransforms,
  rejects: benchRejects,
}

export type BenchPart = keyof typeof parts

export const benchParts = Object.keys(parts) as BenchPart[]

/** Prints ratios to floors that were taken in the same run. Gates nothing. */
export async function benchMysqlPostgres(names: readonly BenchPart[]): Promise<void> {
  await using bench = await Bench.open()
  console.log(await bench.describe())
  for (const name of names) {
    console.log(`\n${name}`)
    await parts[name](bench)
  }
}
