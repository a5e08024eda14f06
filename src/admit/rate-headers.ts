/**
 * The limits in headers: the IETF fields (draft-ietf-httpapi-ratelimit-headers, section 3 and 4) for
 * every limit, and the `x-ratelimit-*` that clients of OpenAI know for requests and tokens a minute.
 */
import type { MeterReading } from '../account/answers.ts'
import { readLimitId } from '../account/limits/demand.ts'

/** Structured-field integers end at 15 digits (RFC 8941, section 3.3.1), so money is told in micro-USD. */
const NANO_PER_MICRO = 1_000
const MAX_FIELD_INTEGER = 999_999_999_999_999

const SECONDS: Readonly<Record<string, number>> = {
  requests_per_second: 1,
  requests_per_minute: 60,
  requests_per_hour: 3_600,
  tokens_per_minute: 60,
  user_requests_per_second: 1,
  user_requests_per_minute: 60,
  user_requests_per_hour: 3_600,
  user_tokens_per_minute: 60,
  key_requests_per_minute: 60,
  tokens_per_day: 86_400,
  tokens_per_month: 2_592_000,
  usd_per_day: 86_400,
  usd_per_month: 2_592_000,
}

export function rateHeaders(
  meters: readonly MeterReading[],
  nowMs: number,
): Record<string, string> {
  const policies: string[] = []
  const states: string[] = []
  const headers: Record<string, string> = {}
  for (const { id, limit, used, held, resetsAtMs } of meters) {
    if (limit === null) continue
    const { name } = readLimitId(id)
    const scale = name.startsWith('usd_') ? NANO_PER_MICRO : 1
    const told = (amount: number) =>
      Math.min(MAX_FIELD_INTEGER, Math.floor(Math.max(0, amount) / scale))
    const quota = told(limit)
    const left = told(limit - used - held)
    const waitMs = resetsAtMs === null ? null : Math.max(0, resetsAtMs - nowMs)
    const seconds = SECONDS[name]
    policies.push(
      `"${name}";q=${quota}${unitOf(name)}${seconds === undefined ? '' : `;w=${seconds}`}`,
    )
    states.push(`"${name}";r=${left}${waitMs === null ? '' : `;t=${Math.ceil(waitMs / 1_000)}`}`)
    const known = { requests_per_minute: 'requests', tokens_per_minute: 'tokens' }[name]
    if (known === undefined) continue
    headers[`x-ratelimit-limit-${known}`] = String(quota)
    headers[`x-ratelimit-remaining-${known}`] = String(left)
    headers[`x-ratelimit-reset-${known}`] = duration(waitMs ?? 0)
  }
  if (policies.length === 0) return headers
  return { ...headers, 'ratelimit-policy': policies.join(', '), ratelimit: states.join(', ') }
}

function unitOf(name: string): string {
  if (name.startsWith('usd_')) return ';qu="micro-usd"'
  if (name.startsWith('tokens_') || name.startsWith('user_tokens_')) return ';qu="tokens"'
  return name === 'max_concurrency' ? ';qu="concurrent-requests"' : ''
}

/** In the form that OpenAI's clients parse: `850ms`, `1s`, `6m0s`. */
function duration(ms: number): string {
  if (ms < 1_000) return `${ms}ms`
  const seconds = Math.ceil(ms / 1_000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
