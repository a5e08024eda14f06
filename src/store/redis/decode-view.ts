/** Everything that is shown of an account, from what view.lua answers. */
import type { ViewCommand, ViewReply } from '../../account/commands.ts'
import type { BudgetCell, CountersRecord, Level } from '../../account/records.ts'
import { KeyRecord } from '../../identify/api-key/key-record.ts'
import { TenantConfig } from '../../tenant/tenant.ts'
import { readBudget, readRate } from './decode-meters.ts'
import { Digits, integer, list, malformed, parseJson, textAt, texts } from './reply.ts'

export function decodeView(reply: unknown, sent: ViewCommand): ViewReply {
  const [type, head, meters, counters, cells, levels, keys, used] = list(reply)
  if (type === 'gone') return { type }
  if (type !== 'viewed' || typeof meters !== 'string' || typeof counters !== 'string') malformed()
  const [now = '', version = malformed(), incarnation = malformed(), config = ''] = texts(head)
  const read = new Digits(meters)
  const readings = [
    ...sent.rates.map((rate) => readRate(read, rate)),
    ...sent.budgets.map((budget) => readBudget(read, budget)),
  ]
  read.end()
  return {
    type,
    nowMs: integer(now),
    snapshot: { version, incarnation, config: parseJson(TenantConfig, config), key: null },
    meters: readings,
    counters: readCounters(counters, texts(cells)),
    levels: Object.fromEntries(
      pairs(texts(levels)).map(([quota, figures]) => [quota, readLevel(new Digits(figures))]),
    ),
    keys: readKeys(texts(keys), texts(used)),
  }
}

function readCounters(text: string, cells: readonly string[]): CountersRecord {
  const read = new Digits(text)
  const counters: CountersRecord = {
    clockMs: read.next(),
    live: read.next(),
    liveHighWater: read.next(),
    seq: read.next(),
    totals: readTotals(read),
    budgets: Object.fromEntries(
      pairs(cells).map(([id, figures]) => [id, readCells(new Digits(figures))]),
    ),
  }
  read.end()
  return counters
}

function readTotals(read: Digits): CountersRecord['totals'] {
  return {
    requests: read.next(),
    refused: read.next(),
    inputTokens: read.next(),
    outputTokens: read.next(),
    nanoUsd: read.next(),
  }
}

function readCells(read: Digits): readonly BudgetCell[] {
  const cells: BudgetCell[] = []
  while (read.left > 0) {
    cells.push({ start: read.next(), committed: read.next(), held: read.next() })
  }
  return cells
}

function readLevel(read: Digits): Level {
  const level = { used: read.next(), byId: read.next(), highWater: read.next() }
  read.end()
  return level
}

type Viewed = Extract<ViewReply, { type: 'viewed' }>

function readKeys(records: readonly string[], used: readonly string[]): Viewed['keys'] {
  return pairs(records)
    .map(([hash, record], at) => {
      const last = textAt(used, at)
      const lastUsedAtMs = last === '-' ? null : integer(last)
      return { hash, record: parseJson(KeyRecord, record), lastUsedAtMs }
    })
    .toSorted((one, other) => (one.hash < other.hash ? -1 : 1))
}

/** Names and values by turns. */
function pairs(values: readonly string[]): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = []
  for (let at = 0; at < values.length; at += 2) {
    found.push([textAt(values, at), textAt(values, at + 1)])
  }
  return found
}
