/**
 * What acquisitions are called: to callers by an id, in the account by a holder made of it. Holders of
 * different quotas and of different kinds are never the same.
 */
import { toHex } from '../hex.ts'
import type { RandomBytes } from '../random.ts'
import { encodeId } from './encode-id.ts'

/** Of an acquisition under a client's own key, or under a lease. Spent once it has been released. */
export function acquisitionHolder(quota: string, id: string): string {
  return `quota|${quota}|k:${encodeId(id)}`
}

/** Of a member of a set, such as a collection: its name may be acquired again after its release. */
export function memberHolder(quota: string, name: string): string {
  return `quota|${quota}|m:${encodeId(name)}`
}

/** Of a release by amount, so that its repetition counts once. */
export function releaseHolder(quota: string, id: string): string {
  return `quota|${quota}|r:${encodeId(id)}`
}

const MINTED = /^acq_([1-9][0-9]{0,15})_[0-9a-f]{32}$/

/**
 * The id of an acquisition for which the caller gave none. Nothing is kept under it until it is
 * released: the amount is in the id.
 */
export function mintAcquisitionId(amount: number, randomBytes: RandomBytes): string {
  return `acq_${amount}_${toHex(randomBytes(16))}`
}

/** What an id that was minted here stands for; null for any other. */
export function mintedAmount(id: string): number | null {
  const amount = Number(MINTED.exec(id)?.[1] ?? NaN)
  return Number.isSafeInteger(amount) ? amount : null
}

/** The id of an acquisition under a lease for which the caller gave none. */
export function mintLeaseId(randomBytes: RandomBytes): string {
  return `lease_${toHex(randomBytes(16))}`
}
