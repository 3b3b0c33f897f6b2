import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { exerciseMongoReading } from '../../../test/support/exercise-mongo-reading.ts'
import { awkwardKeys } from '../../../test/support/mongo-keys.ts'

describeEngines(['ferretdb'], 'documents of FerretDB', () => {
  exerciseMongoReading({ url: () => engineUrl('ferretdb'), keys: awkwardKeys, largestBytes: 16 * 1024 * 1024 })
})
