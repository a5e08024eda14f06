// Commands that the bridge does not pass on. All clients share its connections: what changes a
// connection's state, or waits on it, would happen to everyone.
import type { Command } from './reply.ts'

const STATEFUL =
  'multi exec discard watch unwatch select auth hello reset quit client asking readonly readwrite ' +
  'subscribe psubscribe ssubscribe unsubscribe punsubscribe sunsubscribe monitor ' +
  'sync psync replconf replicaof slaveof failover shutdown debug'
const WAITING = 'blpop brpop blmove brpoplpush blmpop bzpopmin bzpopmax bzmpop wait waitaof'

const UNFIT = new Set(`${STATEFUL} ${WAITING}`.split(' '))
const MAY_WAIT = new Set(['xread', 'xreadgroup'])

export function isUnfit([name, ...args]: Command): boolean {
  const lower = name.toLowerCase()
  if (UNFIT.has(lower)) return true
  return MAY_WAIT.has(lower) && args.some((word) => word.toLowerCase() === 'block')
}
