import { afterEach, expect, it, vi } from 'vitest'
import { createDatabase } from './create-database.ts'
import { openSession } from './database-session.ts'
import { describeEngines } from './describe-engines.ts'
import { engineUrl } from './engine-url.ts'
import { startEngine } from './start-engine.ts'

describeEngines(['postgres15', 'embedded18'], 'the PostgreSQL engines', () => {
  it.each([
    ['postgres15', '15'],
    ['embedded18', '18'],
  ] as const)('%s is version %s and can decode its log', async (name, major) => {
    await using session = await openSession(engineUrl(name))
    const [row] = await session.query(`SELECT current_setting('server_version') AS version,
      current_setting('wal_level') AS wal_level, current_setting('server_encoding') AS encoding`)
    expect(row).toEqual({ version: expect.stringMatching(`^${major}\\.`), wal_level: 'logical', encoding: 'UTF8' })
  })

  it.each(['postgres15', 'embedded18'] as const)('%s gives each test a database of its own', async (name) => {
    await using first = await createDatabase(engineUrl(name), 'own')
    await using second = await createDatabase(engineUrl(name), 'own')
    await first.query('CREATE TABLE t (a bigint, at timestamp); INSERT INTO t VALUES (9007199254740993, now())')
    expect(await first.query('SELECT a FROM t WHERE a = $1', ['9007199254740993'])).toEqual([{ a: '9007199254740993' }])
    await expect(second.query('SELECT a FROM t')).rejects.toThrow('does not exist')
  })

  it('drops the database and names the session that a test left in it', async () => {
    const database = await createDatabase(engineUrl('postgres15'), 'leak')
    await using leaked = await openSession(database.url)
    await leaked.query('SELECT 1')
    await expect(database[Symbol.asyncDispose]()).rejects.toThrow(/left 1 sessions in leak_.*SELECT 1/)
    await using session = await openSession(engineUrl('postgres15'))
    expect(await session.query('SELECT 1 FROM pg_database WHERE datname = $1', [database.name])).toEqual([])
  })
})

describeEngines(['mysql9', 'mariadb'], 'the MySQL engines', () => {
  it.each([
    ['mysql9', /^9\./],
    ['mariadb', /MariaDB/],
  ] as const)('%s has the settings that tests rely on', async (name, version) => {
    await using session = await openSession(engineUrl(name))
    const [row] = await session.query(`SELECT version() AS version, @@local_infile AS local_infile,
      @@log_bin AS log_bin, @@binlog_format AS binlog_format, @@max_allowed_packet AS max_allowed_packet,
      @@character_set_server AS character_set`)
    expect(row).toEqual({
      version: expect.stringMatching(version),
      local_infile: '1',
      log_bin: '1',
      binlog_format: 'ROW',
      max_allowed_packet: String(1024 ** 3),
      character_set: 'utf8mb4',
    })
  })

  it('mysql9 has GTIDs and its own way to log in', async () => {
    await using session = await openSession(engineUrl('mysql9'))
    const rows = await session.query(`SELECT @@gtid_mode AS gtid_mode, plugin FROM mysql.user
      WHERE user = 'root' AND host = '127.0.0.1'`)
    expect(rows).toEqual([{ gtid_mode: 'ON', plugin: 'caching_sha2_password' }])
  })

  it.each(['mysql9', 'mariadb'] as const)('%s gives each test a database of its own', async (name) => {
    await using first = await createDatabase(engineUrl(name), 'own')
    await using second = await createDatabase(engineUrl(name), 'own')
    await first.query('CREATE TABLE t (a bigint, at datetime(6)); INSERT INTO t VALUES (9007199254740993, now())')
    expect(await first.query('SELECT a FROM t WHERE a = ?', ['9007199254740993'])).toEqual([{ a: '9007199254740993' }])
    await expect(second.query('SELECT a FROM t')).rejects.toThrow("doesn't exist")
  })

  it('drops the database and names the session that a test left in it', async () => {
    const database = await createDatabase(engineUrl('mariadb'), 'leak')
    await using leaked = await openSession(database.url)
    await leaked.query('SELECT 1')
    await expect(database[Symbol.asyncDispose]()).rejects.toThrow(/left 1 sessions in leak_.*Sleep/)
    await using session = await openSession(engineUrl('mariadb'))
    expect(await session.query('SHOW DATABASES LIKE ?', [database.name])).toEqual([])
  })
})

describeEngines(['postgres15'], 'an engine named in the environment', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('is used and left as it is', async () => {
    vi.stubEnv('TRANSLOAD_TEST_POSTGRES_URL', engineUrl('postgres15'))
    const engine = await startEngine('postgres15')
    expect([engine.url, engine.origin]).toEqual([engineUrl('postgres15'), 'environment'])
    await expect(engine.restart()).rejects.toThrow('not ours')
    await expect(engine.kill()).rejects.toThrow('not ours')
    await engine.stop()
    await using session = await openSession(engine.url)
    expect(await session.query('SELECT 1 AS alive')).toEqual([{ alive: 1 }])
  })

  it('must be the engine that was asked for', async () => {
    vi.stubEnv('TRANSLOAD_TEST_EMBEDDED_URL', engineUrl('postgres15'))
    await expect(startEngine('embedded18')).rejects.toThrow(/embedded18 is missing: .*is version 15/)
  })

  it('is missing by its name where nobody answers', async () => {
    vi.stubEnv('TRANSLOAD_TEST_MARIADB_URL', 'mysql://root@127.0.0.1:1/')
    await expect(startEngine('mariadb')).rejects.toThrow(/mariadb is missing: no answer .*ECONNREFUSED/)
  })
})
