import { mysql } from '../../src/connectors/mysql/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { mariadbHarness, mysqlHarness } from '../support/seed-mysql-harness.ts'
import { exerciseConnector } from './exercise-connector.ts'

describeEngines(['mysql9'], 'mysql9', () => exerciseConnector(mysql, mysqlHarness))
describeEngines(['mariadb'], 'mariadb', () => exerciseConnector(mysql, mariadbHarness))
