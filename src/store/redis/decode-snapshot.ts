/** The answer to a decision that was made on another version, or on an account that is not there. */
import type { Snapshot } from '../../account/answers.ts'
import type { LoadReply } from '../../account/commands.ts'
import { KeyRecord } from '../../identify/api-key/key-record.ts'
import { TenantConfig } from '../../tenant/tenant.ts'
import { malformed, parseJson, textAt } from './reply.ts'

export const GONE = { type: 'gone' } as const

export function staleOrGone(
  values: readonly string[],
): Extract<LoadReply, { type: 'stale' | 'gone' }> {
  if (values[0] === 'gone') return GONE
  return values[0] === 'stale' ? { type: 'stale', snapshot: snapshotOf(values) } : malformed()
}

export function snapshotOf(values: readonly string[]): Snapshot {
  const [, version = malformed(), incarnation = malformed(), config = malformed(), hash] = values
  return {
    version,
    incarnation,
    config: parseJson(TenantConfig, config),
    key: hash === undefined ? null : { hash, record: parseJson(KeyRecord, textAt(values, 5)) },
  }
}
