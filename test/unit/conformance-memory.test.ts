import { memory } from '../../src/connectors/memory/index.ts'
import { exerciseConnector } from '../conformance/exercise-connector.ts'
import { memoryHarness } from '../support/seed-memory.ts'

exerciseConnector(memory, memoryHarness)
