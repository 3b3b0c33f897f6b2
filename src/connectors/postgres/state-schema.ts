/** Where a run's state lives in the target. */
export const stateSchema = '_transload'

/** Version of the tables below. A target with another one is refused with TL_K504. */
export const stateFormat = 2

/** Rejected rows that came to another end when they were sent again, as they were rejected last. */
const createReplayed = `CREATE TABLE IF NOT EXISTS ${stateSchema}.replayed (
     run text NOT NULL REFERENCES ${stateSchema}.runs ON DELETE CASCADE,
     dataset text NOT NULL,
     split text NOT NULL,
     position bigint NOT NULL,
     reject json NOT NULL,
     replayed_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
     PRIMARY KEY (run, dataset, split, position)
   )`

/** What states of the same format lack that an earlier version has made. */
export const completeState: readonly string[] = [
  createReplayed,
  `ALTER TABLE ${stateSchema}.losses ADD COLUMN IF NOT EXISTS first_position bigint,
     ADD COLUMN IF NOT EXISTS last_position bigint`,
]

/**
 * The state's tables, made in the transaction that stores the first run. Counts are of rows. `sequence` is the number
 * of batches committed, so it is also the number that the next batch must have.
 */
export const createState: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS ${stateSchema}`,
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.format (version integer NOT NULL)`,
  `INSERT INTO ${stateSchema}.format (version)
   SELECT ${stateFormat} WHERE NOT EXISTS (SELECT FROM ${stateSchema}.format)`,
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.runs (
     run text PRIMARY KEY,
     plan_identity text NOT NULL,
     plan json NOT NULL,
     status text NOT NULL,
     fence bigint NOT NULL,
     attempts integer NOT NULL,
     started_at text NOT NULL,
     consistency json,
     created_at timestamptz NOT NULL DEFAULT pg_catalog.now()
   )`,
  // Two processes that begin the same plan: the second one runs into this index.
  `CREATE UNIQUE INDEX IF NOT EXISTS one_unfinished_run ON ${stateSchema}.runs (plan_identity)
   WHERE status <> 'finished'`,
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.splits (
     run text NOT NULL REFERENCES ${stateSchema}.runs ON DELETE CASCADE,
     split text NOT NULL,
     definition json NOT NULL,
     place integer NOT NULL,
     fence bigint NOT NULL,
     after json,
     done boolean NOT NULL DEFAULT false,
     sequence bigint NOT NULL DEFAULT 0,
     read bigint NOT NULL DEFAULT 0,
     written bigint NOT NULL DEFAULT 0,
     merged bigint NOT NULL DEFAULT 0,
     filtered bigint NOT NULL DEFAULT 0,
     rejected bigint NOT NULL DEFAULT 0,
     vanished bigint NOT NULL DEFAULT 0,
     bytes bigint NOT NULL DEFAULT 0,
     PRIMARY KEY (run, split)
   )`,
  // Losses and outputs are kept per split, so that lanes never wait for each other's rows.
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.losses (
     run text NOT NULL REFERENCES ${stateSchema}.runs ON DELETE CASCADE,
     dataset text NOT NULL,
     split text NOT NULL,
     column_name text NOT NULL,
     rule text NOT NULL,
     count bigint NOT NULL,
     sample_keys json NOT NULL,
     first_position bigint,
     last_position bigint,
     PRIMARY KEY (run, split, column_name, rule)
   )`,
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.outputs (
     run text NOT NULL REFERENCES ${stateSchema}.runs ON DELETE CASCADE,
     dataset text NOT NULL,
     split text NOT NULL,
     target text NOT NULL,
     written bigint NOT NULL,
     rejected bigint NOT NULL,
     PRIMARY KEY (run, split, target)
   )`,
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.rejects (
     run text NOT NULL REFERENCES ${stateSchema}.runs ON DELETE CASCADE,
     dataset text NOT NULL,
     split text NOT NULL,
     position bigint NOT NULL,
     reject json NOT NULL,
     PRIMARY KEY (run, dataset, split, position)
   )`,
  // What stages keep of rows for rows that come later, found by the first of a key. Texts are compared as bytes.
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.remembered (
     run text NOT NULL REFERENCES ${stateSchema}.runs ON DELETE CASCADE,
     map text COLLATE "C" NOT NULL,
     key text COLLATE "C" NOT NULL,
     rank text COLLATE "C" NOT NULL,
     id text COLLATE "C" NOT NULL,
     value text
   )`,
  `CREATE INDEX IF NOT EXISTS remembered_by_key ON ${stateSchema}.remembered (run, map, key, rank, id)`,
  // Ids that stages have made. They outlive the run: the next one finds the same.
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.ids (
     map text COLLATE "C" NOT NULL,
     key text COLLATE "C" NOT NULL,
     value text NOT NULL,
     run text NOT NULL,
     PRIMARY KEY (map, key)
   )`,
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.counters (map text COLLATE "C" PRIMARY KEY, next bigint NOT NULL)`,
  createReplayed,
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.finish_steps (
     run text NOT NULL REFERENCES ${stateSchema}.runs ON DELETE CASCADE,
     step text NOT NULL,
     done_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
     PRIMARY KEY (run, step)
   )`,
  // What the run made, by identity: an object of the same name that somebody else made later is not touched.
  `CREATE TABLE IF NOT EXISTS ${stateSchema}.objects (
     run text NOT NULL REFERENCES ${stateSchema}.runs ON DELETE CASCADE,
     kind text NOT NULL,
     schema_name text NOT NULL,
     object_name text NOT NULL,
     object_id oid NOT NULL,
     PRIMARY KEY (run, kind, object_id)
   )`,
]
