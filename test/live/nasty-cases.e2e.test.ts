import { describeEngines } from '../support/engines/describe-engines.ts'
import { exerciseNastyCases } from './exercise-nasty-cases.ts'

/** It closes the line on odd subtypes, deprecated types and names that stand twice, and keeps neither undefined nor broken text. */
const foreign = ['21, 43', '23', '26', '28', '31']

describeEngines(['mongojava', 'postgres15'], 'nasty documents of mongo-java-server', () => {
  exerciseNastyCases('mongojava', foreign)
})
