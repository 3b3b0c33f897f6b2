import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { freePort } from '../support/engines/free-port.ts'
import {
  type BadWorld,
  openBadWorld,
  sourcePassword,
  targetPassword,
  withDatabase,
  withHost,
  withUser,
} from './bad-world.ts'
import { expectExit, expectNoSecret, expectRefusal, type Refusal } from './expect-refusal.ts'
import { askingForPasswords } from './password-login.ts'
import { runCli } from './run-cli.ts'

const secrets = [sourcePassword, targetPassword, 'no-such-passw@rd']

describeEngines(['mysql9', 'postgres15'], 'ends that cannot be had', () => {
  let world: BadWorld

  beforeAll(async () => {
    world = await openBadWorld()
  })
  afterAll(async () => {
    await world[Symbol.asyncDispose]()
  })

  /** What the target has is the same afterwards. */
  async function expectRefused(
    refusal: Refusal,
    over: { source?: string; target?: string },
    args: readonly string[] = [],
  ): Promise<void> {
    const before = await world.targetObjects()
    expectRefusal(await world.run(args, over), refusal, secrets)
    expect(await world.targetObjects()).toEqual(before)
  }

  const reach = /host, port/

  it('works with these users and passwords, and prints neither password', async () => {
    await using own = await openBadWorld()
    const outcome = await own.run()
    expectExit(outcome, 0)
    expectNoSecret(outcome, secrets)
    expect(outcome.files).toContain(own.source.name)
  })

  it('names a host that is not there', async () => {
    const host = 'no-such-host.invalid'
    const names = [`//${host}:`, 'ENOTFOUND']
    await expectRefused(
      { code: 'TL_S201', exitCode: 3, names: ['source', ...names], cure: reach },
      { source: withHost(world.sourceUrl, host) },
    )
    await expectRefused(
      { code: 'TL_T301', exitCode: 3, names: ['target', ...names], cure: reach },
      { target: withHost(world.targetUrl, host) },
    )
  })

  it('names a port where nobody listens', async () => {
    const host = `127.0.0.1:${await freePort()}`
    const names = [`//${host}/`, 'ECONNREFUSED']
    await expectRefused(
      { code: 'TL_S201', exitCode: 3, names: ['source', ...names], cure: reach },
      { source: withHost(world.sourceUrl, host) },
    )
    await expectRefused(
      { code: 'TL_T301', exitCode: 3, names: ['target', ...names], cure: reach },
      { target: withHost(world.targetUrl, host) },
    )
  })

  it('names the login that a source refuses', async () => {
    await expectRefused(
      { code: 'TL_S203', exitCode: 3, names: ['source mysql://', world.sourceUser], cure: /user and password/ },
      { source: withUser(world.source.url, world.sourceUser, 'no-such-passw@rd') },
    )
  })

  it('names the login that a target refuses', async () => {
    await using _ = await askingForPasswords(world.target, world.targetUser)
    const refusal: Refusal = {
      code: 'TL_T303',
      exitCode: 3,
      names: ['target postgres://', world.targetUser],
      cure: /user and password/,
    }
    await expectRefused(refusal, { target: withUser(world.target.url, world.targetUser, 'no-such-passw@rd') })
    const before = await world.targetObjects()
    const without = await world.run([], { target: world.targetUrl.replace(/:[^:/]*@/, '@') })
    expectRefusal(without, { ...refusal, names: ['target postgres://', 'asks for a password'] }, secrets)
    expect(await world.targetObjects()).toEqual(before)
  })

  it('names a database that is not there', async () => {
    await expectRefused(
      { code: 'TL_S205', exitCode: 3, names: ['source mysql://', 'database no_such_database'], cure: /name/ },
      { source: withDatabase(world.sourceUrl, 'no_such_database') },
    )
    await expectRefused(
      {
        code: 'TL_T305',
        exitCode: 3,
        names: ['target postgres://', 'database no_such_database'],
        cure: /CREATE DATABASE/,
      },
      { target: withDatabase(world.targetUrl, 'no_such_database') },
    )
  })

  it('names a schema that is not there, and makes it with --yes only', async () => {
    await expectRefused(
      { code: 'TL_C109', exitCode: 2, names: ['schema "elsewhere"', 'target'], cure: /--yes/ },
      { target: `${world.targetUrl}?schema=elsewhere` },
    )
    const ends = ['--source', world.sourceUrl, '--target', `${world.targetUrl}?schema=elsewhere`]
    const planned = await runCli(['plan', ...ends])
    expectExit(planned, 0)
    expect(planned.stdout).toMatch(/warning TL_T305: The schema "elsewhere".*\n +A run makes it with --yes/)
    await using own = await openBadWorld()
    const outcome = await own.run(['--yes'], { target: `${own.targetUrl}?schema=elsewhere` })
    expectExit(outcome, 0)
    expect(outcome.stdout + outcome.stderr).not.toContain('TL_T305')
    expect(await own.targetObjects()).toContain('relation elsewhere.users r')
  })

  it('names an option that a URL does not have', async () => {
    await expectRefused(
      { code: 'TL_C103', exitCode: 2, names: ['mysql://', 'sslmode'], cure: /ssl-mode/ },
      { source: `${world.sourceUrl}?sslmode=require` },
    )
    await expectRefused(
      { code: 'TL_C103', exitCode: 2, names: ['postgres://', 'shcema'], cure: /Did you mean schema/ },
      { target: `${world.targetUrl}?shcema=app` },
    )
  })

  it('names an end that is none, before it connects to the other', async () => {
    await expectRefused(
      { code: 'TL_C103', exitCode: 2, names: ['mysql://', 'mysql cannot be a target'], cure: /target/ },
      { target: withHost(world.sourceUrl, 'no-such-host.invalid') },
    )
    await expectRefused(
      { code: 'TL_C103', exitCode: 2, names: ['mysql://', 'mysql cannot be a target'], cure: /changed places/ },
      { source: world.targetUrl, target: world.sourceUrl },
    )
    await expectRefused(
      { code: 'TL_C104', exitCode: 2, names: ['scheme mysqk'], cure: /mysql, .*postgres/ },
      { source: world.sourceUrl.replace('mysql:', 'mysqk:') },
    )
    await expectRefused(
      { code: 'TL_C103', exitCode: 2, names: ['no scheme'], cure: /mysql/ },
      { source: world.sourceUrl.replace('mysql://', '') },
    )
  })

  it('tells people the same on standard error', async () => {
    const host = `127.0.0.1:${await freePort()}`
    const ends = ['--source', withHost(world.sourceUrl, host), '--target', world.targetUrl]
    const outcome = await runCli(['run', ...ends, '--log-level', 'trace'])
    expect(outcome).toMatchObject({ exitCode: 3, stdout: '' })
    expect(outcome.stderr).toMatch(
      /^error TL_S201: Cannot reach the source mysql:.*ECONNREFUSED.*\n {2}Check host, port/m,
    )
    expectNoSecret(outcome, secrets)
  })

  it('repeats no password of a URL that cannot be read', async () => {
    for (const source of [
      `mysql://u:${sourcePassword}@127.0.0.1/x`,
      `mysql://u:${sourcePassword}@`,
      `mysql://u:${encodeURIComponent(sourcePassword)}@127.0.0.1:port/x`,
      `mysql://u:${encodeURIComponent(sourcePassword)}@127.0.0.1/a/b`,
    ]) {
      const outcome = await world.run([], { source })
      expectExit(outcome, 2)
      expectNoSecret(outcome, [sourcePassword, "p@ss:w'rd", targetPassword])
    }
    for (const target of [
      `postgres://u:${targetPassword}@127.0.0.1/x`,
      `postgres://u:${encodeURIComponent(targetPassword)}@127.0.0.1:port/x`,
      `postgres://u@127.0.0.1/x?pasword=${encodeURIComponent(targetPassword)}`,
    ]) {
      const outcome = await world.run([], { target })
      expectExit(outcome, 2)
      expectNoSecret(outcome, [targetPassword, "p@ss:w'rd", sourcePassword])
    }
  })
})
