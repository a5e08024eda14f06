// What workerd is asked to be, for everything that starts the Worker on this machine (local
// start-up, tests, benchmarks). wrangler.toml says the same for a deployment; a test compares them.

/** The newest date that the pinned workerd knows. */
export const compatibilityDate = '2026-10-23'

export const compatibilityFlags: readonly string[] = []

/** Binding -> the exported class that it names; all keep their state in SQLite. */
export const durableObjects = {
  ACCOUNTS: 'AccountObject',
  DIRECTORY: 'DirectoryObject',
  THROTTLE: 'ThrottleObject',
} as const
