// `node bench/redis-scripts.ts`: what each script costs a Redis of its own, in microseconds of the
// server's time as INFO commandstats tells it, and in commands inside. Two rates, two budgets, the
// concurrency and one hold a request. The machine's pace is in every figure: compare within one run.
import { gzipSync } from 'node:zlib'
import type { AdmitCommand, Receipt } from '../src/account/commands.ts'
import { accountKeys, keysInOrder } from '../src/store/redis/keys.ts'
import { TenantId } from '../src/tenant/slug.ts'
import { loadLuaInNode } from '../build/lua-plugins.ts'
import { START_MS, admit, create, perMinute, settle, usdPerDay } from '../test/store/commands.ts'

loadLuaInNode()
const { RedisHarness } = await import('../test/store/redis/redis-harness.ts')
const { scriptNames, scriptText } = await import('../src/store/redis/scripts.ts')
const { encodeCommand } = await import('../src/store/redis/encode.ts')
const { decodeReply } = await import('../src/store/redis/decode.ts')

const ROUNDS = 15
const BATCHES = 20
const BATCH = 50
/** Rounds of 40 s: marks live for 15 minutes. */
const STEADY_WARM_UP = 50
const MARK = '0123456789abcdef.1'
const KEY_ID = 'key_0123456789abcdefABCDEF'
const VERSION = 'inc-1.1.nonce-1'
const CHARGE = { inputTokens: 50, outputTokens: 40, nanoUsd: 200 }

type Redis = Awaited<ReturnType<typeof RedisHarness.open>>
type Command = Parameters<typeof encodeCommand>[0]

interface Measured {
  readonly us: number[]
  commands: string
}

class Account {
  readonly #redis: Redis
  readonly #keys: readonly string[]
  readonly #tenant: TenantId
  readonly #shas = new Map<string, string>()
  readonly measured = new Map<string, Measured>()
  nowMs: number | null = null

  constructor(redis: Redis, tenant: string) {
    this.#redis = redis
    this.#tenant = TenantId.parse(tenant)
    this.#keys = keysInOrder(accountKeys(this.#tenant))
  }

  async open(): Promise<void> {
    for (const name of scriptNames) {
      this.#shas.set(name, String(await this.#redis.resp.send('SCRIPT', 'LOAD', scriptText(name))))
    }
    const now = this.nowMs ?? Date.now()
    const period = [{ start: now - 3_600_000, end: now + 86_400_000 }]
    await this.run(create(this.#tenant, { periods: { day: period, month: period } }))
  }

  /** The reply as the store reads it; anything but the usual end of a command is an error. */
  async run<C extends Command>(command: C) {
    const time = this.nowMs === null ? '' : String(this.nowMs)
    const sha = this.#shas.get(command.type) ?? ''
    const { length } = this.#keys
    const args = [...this.#keys, time, ...encodeCommand(command), MARK]
    const reply = await this.#redis.resp.send('EVALSHA', sha, length, ...args)
    if (!Array.isArray(reply)) throw new Error(String(reply))
    return decodeReply(command.type, reply[1], command)
  }

  /** Runs `work` for each of `count` and notes the median under `name`; batches go down one pipe. */
  async note(name: string, work: (batch: number) => readonly Promise<unknown>[]): Promise<void> {
    const { resp } = this.#redis
    await resp.send('CONFIG', 'RESETSTAT')
    for (let batch = 0; batch < BATCHES; batch += 1) await Promise.all(work(batch))
    const stats = String(await resp.send('INFO', 'commandstats'))
    const inside: string[] = []
    let us = NaN
    let scripts = NaN
    for (const [, command = '', calls, each] of stats.matchAll(
      /cmdstat_([^:]+):calls=(\d+),usec=\d+,usec_per_call=([\d.]+)/g,
    )) {
      if (command === 'evalsha') [us, scripts] = [Number(each), Number(calls)]
      else if (!/^(config|info)/.test(command)) inside.push(`${command} ${calls}`)
    }
    const known = this.measured.get(name) ?? { us: [], commands: '' }
    known.us.push(us)
    known.commands = inside
      .map((text) => text.replace(/\d+$/, (calls) => String(round(Number(calls) / scripts))))
      .toSorted()
      .join(', ')
    this.measured.set(name, known)
  }

  async memory(): Promise<void> {
    for (const key of this.#keys) {
      const bytes = String(await this.#redis.resp.send('MEMORY', 'USAGE', key, 'SAMPLES', 0))
      console.log(`${key}: ${bytes} bytes`)
    }
  }
}

let minted = 0

function command(nowMs: number, changes: Partial<AdmitCommand> = {}): AdmitCommand {
  minted += 1
  const tokens = { measure: 'tokens', base: 100, unit: 1 } as const
  const base = admit(VERSION, `hold_${String(minted).padStart(32, '0')}`, nowMs, {
    rates: [perMinute(1e9), { ...perMinute(1e12), id: 'tokens_per_minute', ...tokens }],
    budgets: [
      usdPerDay(1e12, 100, 3),
      { id: 'tokens_per_month', period: 'month', limit: 1e12, ...tokens },
    ],
    maxConcurrency: 1_000_000,
    ...changes,
  })
  return { ...base, context: { ...base.context, keyId: KEY_ID } }
}

function round(number: number): number {
  return Math.round(number * 100) / 100
}

async function admitOne(account: Account): Promise<Receipt> {
  const reply = await account.run(command(account.nowMs ?? Date.now()))
  if (reply.type !== 'admitted') throw new Error(`not admitted: ${reply.type}`)
  return reply.receipt
}

/** Many requests in the same instant, or nearly: nothing falls due, no window moves by much. */
async function hot(account: Account): Promise<void> {
  const each = <T>(work: (at: number) => Promise<T>) =>
    Array.from({ length: BATCH }, (_, at) => work(at))
  for (let r = 0; r < ROUNDS; r += 1) {
    const receipts: Receipt[] = []
    await account.note('admit', () => each(async () => void receipts.push(await admitOne(account))))
    const at = (batch: number, n: number) => {
      const receipt = receipts[batch * BATCH + n]
      if (receipt === undefined) throw new Error('more settled than admitted')
      return receipt
    }
    await account.note('renew', (batch) =>
      each(async (n) => {
        const { holdId, incarnation } = at(batch, n)
        await account.run({ type: 'renew', holdId, incarnation, checkpoint: CHARGE })
      }),
    )
    await account.note('settle', (batch) =>
      each(async (n) => {
        const reply = await account.run(settle(at(batch, n), CHARGE))
        if (reply.type !== 'settled' || reply.repeated) throw new Error(reply.type)
      }),
    )
    await account.note('settle again', (batch) =>
      each((n) => account.run(settle(at(batch, n), CHARGE))),
    )
    await account.note('admit refused', () =>
      each(async () => {
        const reply = await account.run(command(Date.now(), { rates: [perMinute(1)] }))
        if (reply.type !== 'refused') throw new Error(reply.type)
      }),
    )
    await account.note('load', () =>
      each(() => account.run({ type: 'load', version: VERSION, keyHashes: [] })),
    )
  }
}

/** One call a second, for longer than marks live: windows move at each, and marks fall due. */
async function steady(account: Account): Promise<void> {
  for (let r = 0; r < STEADY_WARM_UP + ROUNDS; r += 1) {
    if (r === STEADY_WARM_UP) account.measured.clear()
    const receipts: Receipt[] = []
    const second = () => (account.nowMs = (account.nowMs ?? START_MS) + 1_000)
    await account.note('steady admit', () => {
      second()
      return [admitOne(account).then((receipt) => receipts.push(receipt))]
    })
    await account.note('steady settle', () => {
      second()
      return receipts.splice(0, 1).map((receipt) => account.run(settle(receipt, CHARGE)))
    })
  }
}

function tell({ measured }: Account): void {
  for (const [name, { us, commands }] of measured) {
    const [least = NaN, ...others] = us.toSorted((one, other) => one - other)
    const median = others[Math.floor(others.length / 2)] ?? least
    console.log(
      `${name.padEnd(14)} ${median.toFixed(1)} us, least ${least.toFixed(1)}: ${commands}`,
    )
  }
}

async function main(): Promise<void> {
  const redis = await RedisHarness.open()
  try {
    const busy = new Account(redis, 'busy')
    await busy.open()
    await hot(busy)
    tell(busy)
    const slow = new Account(redis, 'slow')
    slow.nowMs = START_MS
    await slow.open()
    await steady(slow)
    tell(slow)
    await slow.memory()
    for (const name of scriptNames) {
      const text = scriptText(name)
      console.log(`${name}: ${text.length} bytes, ${gzipSync(text).length} gzip`)
    }
  } finally {
    await redis.close()
  }
}

await main()
