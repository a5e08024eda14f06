/** How full a limit is, in percent with one decimal; above 100 where it was lowered or passed. */

/** null for what has no limit; 100 for a limit of 0, which leaves nothing. */
export function utilizationPct(used: number, limit: number | null): number | null {
  if (limit === null) return null
  return limit === 0 ? 100 : Math.round((used / limit) * 1_000) / 10
}
