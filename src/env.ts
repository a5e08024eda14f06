/** The bindings of a deployment, checked once: a broken one is told by name, never guessed around. */
import * as z from 'zod'
import { BaseUrl } from './config/gateway.ts'
import type { AccountObject } from './store/durable-object/account-object.ts'
import type { DirectoryObject } from './store/durable-object/directory-object.ts'
import type { ThrottleObject } from './store/durable-object/throttle-object.ts'

const MIN_ADMIN_TOKEN = 8

function namespace<T extends Rpc.DurableObjectBranded>(className: string) {
  return z.custom<DurableObjectNamespace<T>>(
    (value) => typeof value === 'object' && value !== null && 'idFromName' in value,
    { error: `must be a Durable Object namespace of class ${className}` },
  )
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.issues.push({ code: 'custom', message: 'must be JSON', input: text })
    return z.NEVER
  }
})

export const Env = z.object({
  /** Opens the control plane. */
  ADMIN_TOKEN: z.string().min(MIN_ADMIN_TOKEN, `must be at least ${MIN_ADMIN_TOKEN} characters`),
  /** `v1=<base64url of 32 bytes or more>,...`; keys are stored under the last. */
  KEY_PEPPERS: z.string().min(1, 'must be given: v1=<base64url of 32 random bytes>'),
  /** How long the store may take to answer; what takes longer is answered 503. */
  STORE_DEADLINE_MS: z
    .string()
    .regex(/^[0-9]{1,5}$/, 'must be a number of milliseconds')
    .transform(Number)
    .pipe(z.int().min(100).max(30_000))
    .optional(),
  /** JSON of the `issuers` part of the configuration; replaces it. */
  JWT_ISSUERS: json.optional(),
})
export type Env = z.infer<typeof Env>

/** The embedded store. */
export const ObjectBindings = z.object({
  ACCOUNTS: namespace<AccountObject>('AccountObject'),
  DIRECTORY: namespace<DirectoryObject>('DirectoryObject'),
  THROTTLE: namespace<ThrottleObject>('ThrottleObject'),
})
export type ObjectBindings = z.infer<typeof ObjectBindings>

/** Upstash Redis, or what speaks its REST protocol. Taken instead of objects when either is named. */
export const RedisBindings = z.object({
  UPSTASH_REDIS_REST_URL: BaseUrl,
  UPSTASH_REDIS_REST_TOKEN: z.string().min(1, 'must be given with UPSTASH_REDIS_REST_URL'),
  /** What a script locks: its own keys, which Upstash alone understands, or the whole database. */
  REDIS_LOCKS: z.enum(['keys', 'database']).optional(),
})
export type RedisBindings = z.infer<typeof RedisBindings>
