/** Quotas that the gateway itself counts: what a tenant has on vector services is no client's to say. */
import { STOCK_QUOTAS } from '../account/stock-commands.ts'
import { Problem } from '../problem/problem.ts'
import type { SelfDeps } from './deps.ts'

export function demandOwn({ vectors }: Pick<SelfDeps, 'vectors'>, quota: string): void {
  if (vectors.length === 0 || !STOCK_QUOTAS.some((name) => name === quota)) return
  throw new Problem('Forbidden', `The quota '${quota}' is counted by the gateway itself.`, {
    limit: quota,
    remedy: 'It follows what is written to and deleted from the vector services.',
  })
}
