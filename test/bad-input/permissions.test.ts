import { expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { type BadWorld, openBadWorld, sourcePassword, targetPassword } from './bad-world.ts'
import { expectExit, expectRefusal, type Refusal } from './expect-refusal.ts'
import { summaryOf } from './run-cli.ts'

const secrets = [sourcePassword, targetPassword]

async function expectRefused(world: BadWorld, refusal: Refusal, args: readonly string[] = []): Promise<void> {
  const before = await world.targetObjects()
  expectRefusal(await world.run(args), refusal, secrets)
  expect(await world.targetObjects()).toEqual(before)
}

describeEngines(['mysql9', 'postgres15'], 'rights that are missing', () => {
  it('names a table that may not be read, and the GRANT', async () => {
    await using world = await openBadWorld()
    const { source, sourceUser: user } = world
    await source.query(`REVOKE SELECT ON ${source.name}.* FROM '${user}'@'%'; GRANT SELECT ON users TO '${user}'@'%';
      GRANT INSERT ON orders TO '${user}'@'%'`)
    await expectRefused(world, {
      code: 'TL_S204',
      exitCode: 3,
      names: ['source mysql://', 'SELECT', 'orders'],
      cure: new RegExp(`GRANT SELECT ON .${source.name}.\\..orders. TO '${user}'`),
    })
  })

  it('tells of tables that the server does not show', async () => {
    await using world = await openBadWorld()
    const { source, sourceUser: user } = world
    await source.query(
      `REVOKE SELECT, LOCK TABLES ON ${source.name}.* FROM '${user}'@'%'; GRANT SELECT ON users TO '${user}'@'%'`,
    )
    const outcome = await world.run()
    expectExit(outcome, 0)
    const { warnings } = summaryOf(outcome)
    expect(warnings.map(({ message }) => message).join('\n')).toContain('the server does not show it any others')
    expect(outcome.stderr).toContain('the server does not show it any others')
    // Before the first row: that the readers do not see one moment, too.
    const copied = outcome.stderr.indexOf('"phase":"copy"')
    expect(outcome.stderr.slice(0, copied)).toContain('each would see the data of its own moment')
  })

  it('names a schema in which the target’s user may make no tables, and the GRANT', async () => {
    await using world = await openBadWorld()
    const { target, targetUser: user } = world
    await target.query(`ALTER SCHEMA public OWNER TO postgres`)
    await expectRefused(world, {
      code: 'TL_T304',
      exitCode: 3,
      names: ['target postgres://', 'schema "public"', user],
      cure: new RegExp(`GRANT USAGE, CREATE ON SCHEMA "public" TO "?${user}`),
    })
  })

  it('names a database in which the target’s user may make no schema for the state', async () => {
    await using world = await openBadWorld()
    const { target, targetUser: user } = world
    await target.query(`ALTER DATABASE ${target.name} OWNER TO postgres`)
    await expectRefused(world, {
      code: 'TL_T304',
      exitCode: 3,
      names: ['target postgres://', '_transload', user],
      cure: new RegExp(`GRANT CREATE ON DATABASE "${target.name}" TO "?${user}`),
    })
  })

  it('names a table of somebody else’s that may not be written', async () => {
    await using world = await openBadWorld()
    const { target, targetUser: user } = world
    await target.query(`CREATE TABLE users (id int PRIMARY KEY, name text); GRANT SELECT ON users TO ${user}`)
    await expectRefused(
      world,
      {
        code: 'TL_T304',
        exitCode: 3,
        names: ['target postgres://', 'INSERT', '"users"'],
        cure: /GRANT INSERT ON TABLE/,
      },
      ['--only', 'users'],
    )
  })

  it('names a server that takes no writes', async () => {
    await using world = await openBadWorld()
    await world.target.query(`ALTER ROLE ${world.targetUser} SET default_transaction_read_only = on`)
    await expectRefused(world, {
      code: 'TL_T304',
      exitCode: 3,
      names: ['target postgres://', 'read-only'],
      cure: /default_transaction_read_only/,
    })
  })
})

describeEngines(['mysql9', 'postgres15'], 'a target that is not as it has to be', () => {
  it('refuses a table that has rows, and leaves them', async () => {
    await using world = await openBadWorld()
    const { target, targetUser: user } = world
    await target.query(
      `CREATE TABLE users (id int PRIMARY KEY, name text); ALTER TABLE users OWNER TO ${user}; INSERT INTO users VALUES (7, 'old')`,
    )
    await expectRefused(world, {
      code: 'TL_T307',
      exitCode: 7,
      names: ['"users"', 'not empty'],
      cure: /append, merge, replace or truncate/,
    })
    expect(await target.query('SELECT * FROM users')).toEqual([{ id: 7, name: 'old' }])
  })

  it('names what has a table’s name and is none', async () => {
    await using world = await openBadWorld()
    await world.target.query(`CREATE VIEW orders AS SELECT 1 AS id`)
    await expectRefused(world, { code: 'TL_T312', exitCode: 3, names: ['"orders"', 'view'], cure: /DROP VIEW/ })
  })

  it('names a table that --data-only needs', async () => {
    await using world = await openBadWorld()
    await expectRefused(world, { code: 'TL_T308', exitCode: 6, names: ['not there'], cure: /--data-only/ }, [
      '--data-only',
    ])
  })

  it('has nothing to finish where nothing was begun', async () => {
    await using world = await openBadWorld()
    await expectRefused(world, { code: 'TL_C105', exitCode: 2, names: ['unfinished run'], cure: /--finish-only/ }, [
      '--finish-only',
    ])
  })
})
