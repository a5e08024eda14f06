// Clients that leave streams at random bytes, and every promise that was broken by it.
import type { Entry } from './admin-client.ts'
import { waitFor } from './admin-client.ts'
import { chat, messages } from './call-gateway.ts'
import { crowd } from './crowd.ts'
import { leaveAfter } from './leaver.ts'
import type { StageSet } from './stage-set.ts'
import { seeded } from './upstream-bytes.ts'
import type { ServedCall } from './upstream-call.ts'

export interface Disconnects {
  readonly runs: number
  readonly width: number
  readonly seed: number
}

export interface DisconnectOutcome {
  readonly settled: number
  /** One sentence for each promise broken. */
  readonly faults: readonly string[]
}

const OUTPUT = 60
const INPUT = 20
const PACE_MS = 4
/** About the length of the whole stream. */
const MAX_BYTES = 12_000
/** Bars: stopped within 2 s, settled within 30 s. */
const STOPPED_WITHIN_MS = 2_000
const SETTLED_WITHIN_MS = 30_000
/** What may lie between gateway and upstream when the client leaves, and the estimate's own error. */
const TOKENS_ON_THE_WAY = 25

export async function leaveAtRandom(
  set: StageSet,
  { runs, width, seed }: Disconnects,
): Promise<DisconnectOutcome> {
  const { admin, urls } = set.gateway
  const { id: tenant, key } = await admin.createTenant()
  const random = seeded(seed)
  const plans = Array.from({ length: runs }, (_, index) => ({
    id: `${tenant}-${index}`,
    bytes: 1 + Math.floor(random() * MAX_BYTES),
    ask: random() < 0.5 ? chat : messages,
  }))
  const left = await crowd(runs, width, async (index) => {
    const { id, bytes, ask } = plans[index] ?? plans[0]!
    const url = urls[index % urls.length] ?? ''
    const script = { id, input: INPUT, output: OUTPUT, paceMs: PACE_MS }
    const body = { max_tokens: 100 }
    const leaver = await leaveAfter(
      (signal) => ask(url, key, { stream: true, script, body, signal }),
      bytes,
    )
    const call = await waitFor(`${id} to end`, () => {
      const [found] = set.upstream.log.of(id)
      return found !== undefined && found.ended !== 'open' ? found : null
    })
    return { ...leaver, call }
  })
  const entries = await waitFor(
    'every request to be settled',
    async () => {
      const found = (await admin.ledger(tenant)).filter(({ kind }) => kind === 'settled')
      return found.length >= runs ? found : null
    },
    SETTLED_WITHIN_MS,
  )
  await admin.quiet(tenant)
  return { settled: entries.length, faults: left.flatMap((one) => faultsOf(one, entries)) }
}

interface Left {
  readonly requestId: string
  readonly leftAtMs: number
  readonly call: ServedCall
}

function faultsOf({ call, leftAtMs, requestId }: Left, entries: readonly Entry[]): string[] {
  const faults: string[] = []
  const stoppedMs = (call.endedAtMs ?? Infinity) - leftAtMs
  if (stoppedMs > STOPPED_WITHIN_MS) faults.push(`${call.id}: stopped only after ${stoppedMs} ms`)
  const mine = entries.filter(({ request_id }) => request_id === requestId)
  const [entry] = mine
  if (entry === undefined || mine.length !== 1)
    return [...faults, `${call.id}: ${mine.length} entries`]
  const { output } = call.billed
  const charged = entry.output_tokens
  if (output > 0 && entry.cost_usd === '0.00') faults.push(`${call.id}: charged nothing`)
  if (entry.input_tokens === 0) faults.push(`${call.id}: no input charged`)
  if (Math.abs(charged - output) > TOKENS_ON_THE_WAY) {
    faults.push(`${call.id}: charged ${charged} tokens where ${output} were billed`)
  }
  return faults
}
