// Who serves which slot of a cluster, as CLUSTER SLOTS tells, and what a redirection says.
import type { NodeAddress } from './redis-url.ts'
import { itemsOf, type Reply, textOf } from './reply.ts'
import { SLOTS } from './slot.ts'

/** By slot; undefined where nobody serves it. */
export type SlotTable = (NodeAddress | undefined)[]

/** null when it is not what CLUSTER SLOTS answers. */
export function readSlots(reply: Reply, asked: NodeAddress): SlotTable | null {
  const ranges = itemsOf(reply)
  if (ranges === null) return null
  const table: SlotTable = Array.from({ length: SLOTS }, () => undefined)
  for (const range of ranges) {
    const [first, last, master] = itemsOf(range) ?? []
    const [host, port] = itemsOf(master) ?? []
    const [from, to, at] = [first, last, port].map(numberOf)
    if (from === undefined || to === undefined || at === undefined) return null
    if (!(from >= 0 && from <= to && to < SLOTS && isPort(at))) return null
    table.fill({ host: hostOr(textOf(host), asked), port: at }, from, to + 1)
  }
  return table
}

export interface Redirection {
  readonly kind: 'moved' | 'ask'
  readonly slot: number
  readonly to: NodeAddress
}

/** null unless the reply sends its asker to another node. */
export function readRedirection(reply: Reply, asked: NodeAddress): Redirection | null {
  if (reply.type !== 'error') return null
  const said = /^(MOVED|ASK) ([0-9]{1,5}) (\S*):([0-9]{1,5})$/.exec(reply.message)
  if (said === null) return null
  const [, kind, slot, host = '', port] = said
  if (Number(slot) >= SLOTS || !isPort(Number(port))) return null
  return {
    kind: kind === 'ASK' ? 'ask' : 'moved',
    slot: Number(slot),
    to: { host: hostOr(host, asked), port: Number(port) },
  }
}

/** A node that does not know its own address tells none: it is the one that was asked. */
function hostOr(told: string | null, asked: NodeAddress): string {
  return told === null || told === '' ? asked.host : told
}

function numberOf(reply: Reply | undefined): number | undefined {
  return reply?.type === 'integer' ? Number(reply.digits) : undefined
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535
}
