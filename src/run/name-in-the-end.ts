import { outputsOf, type Plan } from '../model/plan.ts'

/** Of a table by its `schema.name`: one that is beside the one that it replaces is called by the name that it will have. */
export function nameInTheEnd({ datasets }: Plan, name: string): string {
  const moved = datasets
    .flatMap(outputsOf)
    .find(({ beside }) => beside !== undefined && `${beside.name.schema}.${beside.name.name}` === name)
  return moved?.to ?? name
}
