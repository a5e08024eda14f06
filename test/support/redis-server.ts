// Whether this machine has a redis-server. A suite that is skipped has shown nothing, so it is said.
import { execFileSync } from 'node:child_process'

export const hasRedis = findRedis()

function findRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('skipped: there is no redis-server on PATH, so the Redis store is not tested')
    return false
  }
}
