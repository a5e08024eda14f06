// Paths below the API's URL. Every part that a person gives becomes exactly one segment.
import { usageFailure } from '../failure.ts'

/**
 * Throws Failure (usage) for what URLs would not keep as one segment: `.` and `..` lead elsewhere,
 * however they are encoded, and nothing at all names the listing instead of the thing.
 */
export function path(...segments: readonly string[]): string {
  return segments.map((segment) => `/${encodeSegment(segment)}`).join('')
}

function encodeSegment(segment: string): string {
  if (segment === '' || segment === '.' || segment === '..' || !segment.isWellFormed()) {
    throw usageFailure(`'${segment}' can be the name of nothing.`)
  }
  return encodeURIComponent(segment)
}
