// A redis-server of the test's own, on a free port with a folder of its own, and a cluster of three.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { RedisNode } from '../../dev/bridge/redis-node.ts'
import { itemsOf, textOf } from '../../dev/bridge/reply.ts'
import { freePort } from './start-up.ts'

/** Says why when it is not there: a suite that is skipped has shown nothing. */
export const hasRedis = findRedis()

function findRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('skipped: there is no redis-server on PATH, so what needs Redis is not tested')
    return false
  }
}

export interface RedisServer {
  readonly port: number
  /** `redis://` with the password that it was started with. */
  readonly url: string
  readonly process: ChildProcess
  stop(): Promise<void>
}

export interface RedisServerOptions {
  /** Further arguments of redis-server. */
  readonly settings?: readonly string[]
  readonly password?: string
  /** To take the place of one that was stopped. */
  readonly port?: number
}

export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { settings = [], password } = options
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-redis-'))
  const port = options.port ?? (await freePort())
  const login = password === undefined ? [] : ['--requirepass', password]
  const fixed = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder]
  const unsaved = ['--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', [...fixed, ...unsaved, ...login, ...settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const ready = Promise.withResolvers<void>()
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    if (printed.includes('Ready to accept connections')) ready.resolve()
  })
  void ended.then(() => ready.reject(new Error(`redis-server has ended: ${printed}`)))
  await ready.promise
  return {
    port,
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    process: child,
    async stop() {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface RedisCluster {
  /** Each serves a third of the slots, in order. */
  readonly nodes: readonly RedisServer[]
  /** Of its first node. */
  readonly url: string
  stop(): Promise<void>
}

const NODES = 3
const SLOTS = 16_384
const FORMING_MS = 20_000

export async function startRedisCluster(): Promise<RedisCluster> {
  const busPorts = await Promise.all(Array.from({ length: NODES }, () => freePort()))
  const nodes = await Promise.all(
    busPorts.map((busPort) => {
      const settings = ['--cluster-enabled', 'yes', '--cluster-port', `${busPort}`]
      return startRedisServer({ settings: [...settings, '--cluster-node-timeout', '5000'] })
    }),
  )
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    await joinNodes(nodes, busPorts)
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, url: nodes[0]?.url ?? '', stop }
}

async function joinNodes(servers: readonly RedisServer[], busPorts: readonly number[]) {
  const nodes = servers.map(nodeOf)
  for (const [at, node] of nodes.entries()) {
    const [first, next] = [at, at + 1].map((nth) => Math.floor((nth * SLOTS) / NODES))
    await node.send(['CLUSTER', 'SET-CONFIG-EPOCH', `${at + 1}`])
    await node.send(['CLUSTER', 'ADDSLOTSRANGE', `${first}`, `${(next ?? 0) - 1}`])
  }
  for (const [at, { port }] of servers.entries()) {
    if (at > 0) await nodes[0]?.send(['CLUSTER', 'MEET', '127.0.0.1', `${port}`, `${busPorts[at]}`])
  }
  const giveUpAt = Date.now() + FORMING_MS
  while (!(await Promise.all(nodes.map(knowsAll))).every(Boolean)) {
    if (Date.now() > giveUpAt) throw new Error('the cluster did not form in time')
    await pause(20)
  }
  for (const node of nodes) node.close()
}

async function knowsAll(node: RedisNode): Promise<boolean> {
  const ranges = itemsOf(await node.send(['CLUSTER', 'SLOTS'])) ?? []
  const info = textOf(await node.send(['CLUSTER', 'INFO'])) ?? ''
  return ranges.length === NODES && info.includes('cluster_state:ok')
}

/** Asks one server alone, as no client of a cluster does. */
export function nodeOf({ port }: RedisServer): RedisNode {
  return new RedisNode({ host: '127.0.0.1', port }, { username: null, password: null, database: 0 })
}
