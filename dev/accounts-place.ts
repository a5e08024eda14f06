// Where local start-up keeps accounts: in Durable Objects on the local disk, in a Redis behind the
// bridge, or in Upstash. Two places at once are refused, and no sentence repeats a URL or a token.
import { BaseUrl } from '../src/config/gateway.ts'
import { parseRedisUrl, type RedisAddress } from './bridge/redis-url.ts'

export type AccountsPlace =
  | { readonly kind: 'objects' }
  | { readonly kind: 'redis'; readonly address: RedisAddress }
  | { readonly kind: 'upstash'; readonly bindings: Readonly<Record<string, string>> }

const URL_NAME = 'UPSTASH_REDIS_REST_URL'
const TOKEN_NAME = 'UPSTASH_REDIS_REST_TOKEN'
const LOCKS_NAME = 'REDIS_LOCKS'

export function readAccountsPlace(
  given: (name: string) => string | undefined,
): AccountsPlace | { readonly problems: readonly string[] } {
  const redisUrl = given('REDIS_URL')
  const names = [URL_NAME, TOKEN_NAME, LOCKS_NAME].filter((name) => given(name) !== undefined)
  if (redisUrl !== undefined && names.length > 0) {
    return { problems: [`REDIS_URL and ${names.join(', ')}: accounts are kept in one place only`] }
  }
  if (redisUrl !== undefined) {
    const address = parseRedisUrl(redisUrl)
    if (typeof address === 'string') return { problems: [`REDIS_URL: ${address}`] }
    return { kind: 'redis', address }
  }
  if (names.length === 0) return { kind: 'objects' }
  const problems: string[] = []
  for (const name of [URL_NAME, TOKEN_NAME]) {
    if (!names.includes(name)) problems.push(`${name}: must be given with ${names.join(', ')}`)
  }
  if (names.includes(URL_NAME) && !BaseUrl.safeParse(given(URL_NAME)).success) {
    problems.push(`${URL_NAME}: must be an http(s) URL without query, fragment or user`)
  }
  if (problems.length > 0) return { problems }
  return {
    kind: 'upstash',
    bindings: Object.fromEntries(names.map((name) => [name, given(name) ?? ''])),
  }
}

/** For a person, without a secret; null where accounts are in the state folder. */
export function describePlace(place: AccountsPlace): string | null {
  switch (place.kind) {
    case 'objects':
      return null
    case 'redis':
      return `Redis at ${place.address.node.host}:${place.address.node.port}`
    case 'upstash':
      return 'Upstash Redis'
  }
}
