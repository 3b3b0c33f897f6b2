import { describeEngines } from '../support/engines/describe-engines.ts'
import { awkwardKeys, isForeignToJava } from '../support/mongo-keys.ts'
import { exerciseKills } from './exercise-kills.ts'

describeEngines(['mongojava', 'postgres15'], 'documents of mongo-java-server, killed at random', () => {
  exerciseKills({
    engine: 'mongojava',
    keys: awkwardKeys.filter((key) => !isForeignToJava(key)),
    count: 6_000,
    maxKills: 4,
  })
})

describeEngines(['ferretdb', 'postgres15'], 'documents of FerretDB, killed at random', () => {
  exerciseKills({ engine: 'ferretdb', keys: awkwardKeys, count: 6_000, maxKills: 4 })
})
