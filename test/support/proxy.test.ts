import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startProxy, type TcpProxy } from './proxy.ts'

const quietMs = 100

/** A server that answers every chunk with the same bytes in capitals, and remembers what it got and how each ended. */
async function startEcho() {
  const sockets: Socket[] = []
  const endings: string[] = []
  let received = ''
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString()
      socket.write(bytes.toString().toUpperCase())
    })
    socket.on('end', () => endings.push('end'))
    socket.on('error', (error: NodeJS.ErrnoException) => endings.push(String(error.code)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `echo://127.0.0.1:${(server.address() as AddressInfo).port}/path`,
    endings,
    received: () => received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A client that remembers what came back and how it ended. */
async function openClient(proxy: TcpProxy) {
  const socket = connect(proxy.port, proxy.host)
  let received = ''
  const endings: string[] = []
  socket.on('data', (bytes: Buffer) => void (received += bytes.toString()))
  socket.on('end', () => endings.push('end'))
  socket.on('error', (error: NodeJS.ErrnoException) => endings.push(String(error.code)))
  await once(socket, 'connect')
  return {
    socket,
    endings,
    received: () => received,
    send: (text: string) => void socket.write(text),
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

const until = (condition: () => boolean) => expect.poll(condition, { interval: 5 }).toBe(true)

describe('startProxy', () => {
  it('passes bytes both ways, and an end of one side to the other', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    client.send('hello')
    await until(() => client.received() === 'HELLO')
    client.socket.end()
    await until(() => client.endings.includes('end') && echo.endings.includes('end'))
    await until(() => proxy.openConnectionCount === 0)
  })

  it('moves megabytes unchanged', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    const text = Array.from({ length: 200_000 }, (_, index) => `${index} `).join('')
    client.send(text)
    await until(() => client.received().length === text.length)
    expect(client.received()).toBe(text)
  })

  it('gives the target URL with its own address', async () => {
    await using proxy = await startProxy('mysql://root:secret@db.example:3306/shop?x=1')
    expect(proxy.url()).toBe(`mysql://root:secret@127.0.0.1:${proxy.port}/shop?x=1`)
  })

  it('cut resets both sides, and new connections work', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    client.send('a')
    await until(() => client.received() === 'A')
    proxy.cut()
    await until(() => client.endings.includes('ECONNRESET') && echo.endings.includes('ECONNRESET'))
    using second = await openClient(proxy)
    second.send('b')
    await until(() => second.received() === 'B')
  })

  it('resets the client of a target that nobody listens on', async () => {
    await using proxy = await startProxy('echo://127.0.0.1:1/')
    using client = await openClient(proxy)
    await until(() => client.endings.includes('ECONNRESET'))
  })

  it('stall keeps everything, and resume sends it on', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    proxy.stall()
    client.send('late')
    await sleep(quietMs)
    expect(echo.received()).toBe('')
    expect(client.endings).toEqual([])
    proxy.resume()
    await until(() => client.received() === 'LATE')
  })

  it('stall makes the sender feel backpressure', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    proxy.stall()
    client.send('x'.repeat(64 * 1024 * 1024))
    await sleep(quietMs)
    expect(client.socket.writableLength).toBeGreaterThan(32 * 1024 * 1024)
  })

  it('halfOpen resets the server and leaves the client believing', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    client.send('a')
    await until(() => client.received() === 'A')
    proxy.halfOpen()
    await until(() => echo.endings.includes('ECONNRESET'))
    client.send('anybody?')
    await sleep(quietMs)
    expect([client.endings, client.received()]).toEqual([[], 'A'])
    proxy.cut()
    await until(() => client.endings.includes('ECONNRESET'))
  })

  it('halfOpen for the server resets the client and leaves the server believing', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    client.send('a')
    await until(() => client.received() === 'A')
    proxy.halfOpen('server')
    await until(() => client.endings.includes('ECONNRESET'))
    await sleep(quietMs)
    expect(echo.endings).toEqual([])
  })

  it('throttle slows each direction down to the rate', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    proxy.throttle(100_000)
    const started = performance.now()
    client.send('x'.repeat(30_000))
    await until(() => client.received().length === 30_000)
    const elapsedMs = performance.now() - started
    expect(elapsedMs).toBeGreaterThan(250)
    expect(elapsedMs).toBeLessThan(2_000)
  })

  it('throttle refuses a rate that would never end', async () => {
    await using proxy = await startProxy('echo://127.0.0.1:1/')
    expect(() => proxy.throttle(0)).toThrow(RangeError)
  })

  it('holdReplies lets the server hear and keeps its answer, which cut drops', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    proxy.holdReplies()
    client.send('commit')
    await proxy.untilHeld()
    expect([echo.received(), client.received(), proxy.heldByteCount]).toEqual(['commit', '', 6])
    proxy.cut()
    await until(() => client.endings.includes('ECONNRESET'))
    expect(client.received()).toBe('')
  })

  it('resume gives the client what was held', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    proxy.holdReplies()
    client.send('ab')
    await proxy.untilHeld()
    proxy.resume()
    await until(() => client.received() === 'AB')
    expect(proxy.heldByteCount).toBe(0)
  })

  it('holds replies from a mark on, even one that arrives in two pieces', async () => {
    await using echo = await startEcho()
    await using proxy = await startProxy(echo.url)
    using client = await openClient(proxy)
    proxy.holdReplies({ after: 'COMMIT' })
    client.send('insert;COM')
    await until(() => client.received() === 'INSERT;COM')
    client.send('MIT;')
    await proxy.untilHeld()
    expect([echo.received(), client.received()]).toEqual(['insert;COMMIT;', 'INSERT;COM'])
  })

  it('untilHeld ends with its signal', async () => {
    await using proxy = await startProxy('echo://127.0.0.1:1/')
    await expect(proxy.untilHeld(AbortSignal.timeout(20))).rejects.toThrow(/abort/i)
  })

  it('leads new connections to a changed target and leaves open ones', async () => {
    await using first = await startEcho()
    await using second = await startEcho()
    await using proxy = await startProxy(first.url)
    using before = await openClient(proxy)
    before.send('a')
    await until(() => before.received() === 'A')
    proxy.target = new URL(second.url)
    using after = await openClient(proxy)
    after.send('b')
    before.send('c')
    await until(() => after.received() === 'B' && before.received() === 'AC')
    expect([first.received(), second.received()]).toEqual(['ac', 'b'])
  })
})
