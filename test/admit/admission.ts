// The admit stage over an account in memory: what it asks of the store is seen, and may be answered
// in the store's place.
import type { AccountCommand, AccountReply } from '../../src/account/commands.ts'
import type { Admission } from '../../src/admit/admission.ts'
import { admit } from '../../src/admit/stage.ts'
import { sleep } from '../../src/clock.ts'
import type { Identified } from '../../src/identify/stage.ts'
import { openInbound } from '../../src/inbound.ts'
import type { Permitted } from '../../src/policy/stage.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { TenantId } from '../../src/tenant/slug.ts'
import { SnapshotCache } from '../../src/tenant/snapshot.ts'
import type { Limits, Policy, TenantConfig } from '../../src/tenant/tenant.ts'
import { seededBytes } from '../identify/seeded-bytes.ts'
import { create, START_MS, tenantConfig } from '../store/commands.ts'
import { type CallChanges, testCall } from '../support/fakes/call.ts'
import { FakeClock } from '../support/fakes/clock.ts'

export const TENANT = TenantId.parse('acme')

export interface Setting {
  readonly limits?: Partial<Limits>
  readonly policy?: Partial<Policy>
  readonly config?: Partial<TenantConfig>
  readonly call?: CallChanges
  readonly permit?: Partial<Permitted['permit']>
  readonly caller?: Partial<Identified>
  /** How long every answer is on its way. */
  readonly delayMs?: number
  /** Answers in the store's place; undefined leaves it to the store. */
  readonly answer?: (command: AccountCommand) => AccountReply | Error | undefined
}

export async function openAdmission(setting: Setting = {}) {
  const clock = new FakeClock(START_MS)
  const memory = createMemoryStore(clock)
  const base = tenantConfig('acme')
  const config: TenantConfig = {
    ...base,
    limits: { ...base.limits, ...setting.limits },
    policy: { ...base.policy, ...setting.policy },
    ...setting.config,
  }
  await memory.run(TENANT, create('acme', { config }))
  const loaded = await memory.run(TENANT, {
    type: 'load',
    version: null,
    keyHashes: [],
  })
  if (loaded.type !== 'stale') throw new Error('no snapshot')
  const snapshots = new SnapshotCache()
  const known = snapshots.learn(loaded.snapshot)

  const commands: AccountCommand[] = []
  const run = async (tenant: TenantId, command: AccountCommand) => {
    commands.push(command)
    const answer = setting.answer?.(command)
    if (answer instanceof Error) throw answer
    const reply = answer ?? (await memory.run(tenant, command))
    if (setting.delayMs !== undefined) await sleep(clock, setting.delayMs)
    return reply
  }
  const store = { ...memory, run } as Store
  const lines: string[] = []
  const log = (event: string) => void lines.push(event)
  const working: Promise<unknown>[] = []
  const inbound = openInbound(new Request('http://gateway.test/v1/x'), {
    requestId: 'req_1',
    startedAtMs: START_MS,
    clientIp: null,
    dialect: 'openai',
    maxBodyBytes: 1,
    waitUntil: (work) => void working.push(work),
  })
  const stage = admit({
    store,
    snapshots,
    clock,
    randomBytes: seededBytes(5),
    priceVersion: 'prices-1',
    log: { warn: log, error: log },
  })
  const ask = () =>
    stage.run({
      ...inbound,
      principal: {
        tenant: TENANT,
        user: null,
        credential: { kind: 'jwt', issuer: 'https://issuer.test', expiresAtMs: START_MS + 1 },
        scopes: new Set(),
        roles: [],
      },
      known,
      keyExpiresAtMs: null,
      keyHashes: [],
      confirm: (_, problem) => Promise.reject(problem),
      call: testCall(setting.call),
      permit: {
        outputTokens: 100,
        usd: { base: 6_000, unit: 600 },
        systemPrompt: null,
        ...setting.permit,
      },
      ...setting.caller,
    })
  return {
    clock,
    commands,
    known,
    lines,
    memory,
    snapshots,
    told: inbound.told,
    /** Asks for admission. */
    ask,
    /** The same, for what must be admitted. */
    admitted: async (): Promise<Admission> => (await ask()).admission,
    /** The first command of a type that was sent. */
    sent: <T extends AccountCommand['type']>(type: T) =>
      commands.find((command): command is Extract<AccountCommand, { type: T }> => {
        return command.type === type
      }),
    /** All work that goes on after the answer is done. */
    quiet: () => Promise.all(working),
  }
}
