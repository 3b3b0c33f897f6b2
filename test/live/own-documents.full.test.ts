import { describeEngines } from '../support/engines/describe-engines.ts'
import { awkwardKeys } from '../support/mongo-keys.ts'
import { exerciseOwnDocuments } from './exercise-own-documents.ts'

describeEngines(['ferretdb', 'postgres15'], 'documents from FerretDB to FerretDB', () => {
  exerciseOwnDocuments({ engine: 'ferretdb', keys: awkwardKeys })
})
