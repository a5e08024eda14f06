/** The account's fixed times and bounds. The scripts that say the same in Lua carry the same figures. */

/** How long a hold lives after its admission or last renewal. */
export const LEASE_MS = 60_000
/** No renewal carries a hold further than this from its admission. */
export const HOLD_MAX_LIFE_MS = 30 * 60_000
/** An admission that reaches the store later than this after its id was minted is refused. */
export const HOLD_MAX_AGE_MS = 10_000
/** How far a gateway's clock may be ahead of the account's. */
export const HOLD_MAX_AHEAD_MS = 60_000
/** T: how long a mark makes repetitions harmless; past it a settlement is never charged. */
export const MARK_MS = 15 * 60_000
/** Slips that one command settles or drops on its way, so that no call pays for a long silence. */
export const SWEEP_LIMIT = 32

/** A window is cut into this many slots... */
export const SLOTS_PER_WINDOW = 60
/** ...and one more is kept: with 60, a window could hold twice its limit. */
export const RING_SLOTS = 61

/** What is told to wait when room depends on other requests ending, which no clock foretells. */
export const SHORT_WAIT_MS = 1_000
/** Refusals are written out by the minute; a key's last use is noted once a minute. */
export const MINUTE_MS = 60_000
/** A budget cell of an ended period stays until nothing can be charged to it any more. */
export const CELL_GRACE_MS = 2 * MARK_MS + HOLD_MAX_LIFE_MS
/** Two zones cut the same date up to 26 hours apart; a boundary further off is another date's. */
export const MAX_BEND_MS = 48 * 60 * 60_000
/** How long usage by day is kept. */
export const USAGE_KEPT_MS = 400 * 24 * 60 * 60_000
/** Models, users and keys, each, that have a line of their own in one day's usage. */
export const MAX_NAMES_PER_DAY = 1_000
/** Lines of usage that one command reads. */
export const LINES_PER_READ = 2_000
/** A write whose end nobody saw may still be under way at the service for so long. */
export const UNSURE_MS = 60_000
/** Acquisitions that an account remembers by id, held and ended ones together. */
export const MAX_ACQUISITIONS = 20_000
