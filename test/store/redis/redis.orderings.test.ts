// Every ordering of one request's messages on Redis. Most orderings lead through accounts that others
// lead to as well; each message is delivered once to each of those, and has to answer and leave there
// what it answers and leaves in the model, to the last record. So every ordering is followed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemoryAccount } from '../../../src/account/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import {
  COMMANDS,
  Fork,
  type Message,
  PAST_LEASE_MS,
  PAST_MARKS_MS,
} from '../../account/one-request.ts'
import { START_MS, create } from '../commands.ts'
import { RedisHarness, hasRedis } from './redis-harness.ts'
import { expectSameRecords } from './same-records.ts'

type Deliveries = Readonly<Record<Message, number>>

const DELIVERIES: Deliveries = {
  admit: 2,
  renew: 1,
  settle: 2,
  abandon: 1,
  erase: 1,
  sweep: 1,
  'lease ends': 1,
  'marks end': 1,
}

interface Visit {
  readonly account: Fork
  readonly nowMs: number
  readonly left: Deliveries
  readonly path: readonly Message[]
}

describe.skipIf(!hasRedis)('on Redis', () => {
  let redis: RedisHarness
  let store: Store
  const clock = { nowMs: START_MS }
  let tenants = 0

  beforeAll(async () => {
    redis = await RedisHarness.open()
    await redis.provision()
    store = redis.store({ testClock: () => clock.nowMs })
  })
  afterAll(() => redis.close())

  it('every ordering of one request goes as in the model', { timeout: 900_000 }, async () => {
    const seen = new Set<string>()
    const delivered = new Set<string>()
    const account = new Fork(new Map(), []).run(create('acme'), START_MS).next
    const open: Visit[] = [{ account, nowMs: START_MS, left: DELIVERIES, path: [] }]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const message of messagesOf(at.left)) {
        const next = deliver(at, message)
        const edge = `${at.nowMs} ${message} ${at.account.fingerprint}`
        if (!isPassing(message) && !delivered.has(edge)) {
          delivered.add(edge)
          await followOnRedis(next.path)
        }
        const place = `${next.nowMs} ${JSON.stringify(next.left)} ${next.account.fingerprint}`
        if (!seen.has(place)) open.push(next)
        seen.add(place)
      }
    }
    console.info(`${delivered.size} deliveries to different accounts, ${seen.size} places`)
    expect(delivered.size).toBeGreaterThan(500)
    expect(redis.errors).toEqual([])
  })

  /** All of a path on a tenant of its own. */
  async function followOnRedis(path: readonly Message[]): Promise<void> {
    tenants += 1
    const tenant = TenantId.parse(`ordering-${tenants}`)
    const model = new MemoryAccount()
    clock.nowMs = START_MS
    const commands = [create(tenant), ...path.map((message) => ofMessage(message))]
    for (const [nth, command] of commands.entries()) {
      if (typeof command === 'number') {
        clock.nowMs += command
        continue
      }
      const reply = await store.run(tenant, command)
      expect({ path, nth, reply }).toEqual({ path, nth, reply: model.run(command, clock.nowMs) })
    }
    expect(await store.ledger(tenant, 0, 100)).toEqual(model.ledger)
    await expectSameRecords(redis, tenant, model)
  }
})

function messagesOf(left: Deliveries): readonly Message[] {
  return (Object.keys(left) as Message[]).filter((message) => left[message] > 0)
}

function isPassing(message: Message): message is 'lease ends' | 'marks end' {
  return message === 'lease ends' || message === 'marks end'
}

/** A command, or how long it takes. */
function ofMessage(message: Message) {
  if (isPassing(message)) return message === 'lease ends' ? PAST_LEASE_MS : PAST_MARKS_MS
  return COMMANDS[message]
}

function deliver({ account, nowMs, left, path }: Visit, message: Message): Visit {
  const what = ofMessage(message)
  const passes = typeof what === 'number'
  return {
    account: passes ? account : account.run(what, nowMs).next,
    nowMs: passes ? nowMs + what : nowMs,
    left: { ...left, [message]: left[message] - 1 },
    path: [...path, message],
  }
}
