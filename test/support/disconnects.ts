// Clients that leave streams at random bytes, and every promise that was broken by it.
import type { Entry } from './admin-client.ts'
import { waitFor } from './admin-client.ts'
import { chat, messages } from './call-gateway.ts'
import { crowd } from './crowd.ts'
import { leaveAfter, type Leaver } from './leaver.ts'
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
/** How far an estimate of so plain a text may be off, either way. */
const ESTIMATE_ERROR = 0.1

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

interface Left extends Leaver {
  readonly call: ServedCall
}

function faultsOf({ call, leftAtMs, requestId, text }: Left, entries: readonly Entry[]): string[] {
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
  // The gateway has seen what the client got, and nothing that the upstream did not make.
  const received = text.split('"word "').length - 1
  if (charged < Math.floor(received * (1 - ESTIMATE_ERROR))) {
    faults.push(`${call.id}: charged ${charged} tokens where the client had ${received}`)
  }
  // Anthropic's first event reports one output token before any is made.
  if (charged > Math.max(1, Math.ceil(output * (1 + ESTIMATE_ERROR)))) {
    faults.push(`${call.id}: charged ${charged} tokens where ${output} were billed`)
  }
  return faults
}
