/**
 * Idempotency-Key on a POST that creates: the same key with the same body has the same answer, a key
 * that is shown once included; with another body it is 422. The answer is kept for a day, sealed; a
 * request that was cut off before it had one is done again with the same randomness, so that it
 * finds what it has made instead of making it twice.
 */
import type { Context } from 'hono'
import * as z from 'zod'
import { encodeBase64Url } from '../../identify/base64url.ts'
import { Problem, statusOf } from '../../problem/problem.ts'
import { StoreUnavailable } from '../../store/store.ts'
import type { AdminDeps, AdminEnv, AdminHandler } from '../deps.ts'
import { readBytes } from '../../input/read-json.ts'
import { type RepetitionSecrets, repetitionSecrets } from './secrets.ts'

const KEPT_MS = 86_400_000
const SEED_BYTES = 32
const MAX_ROUNDS = 4
const KEY = /^[\x21-\x7e]{1,255}$/
/** Refused before anything was done, so that the key may be used again with a body that is mended. */
const REFUSED_AT_ONCE = [400, 413, 415, 422]
const KEPT_HEADERS = ['content-type', 'location', 'etag', 'cache-control']

const Repetition = z.strictObject({
  fingerprint: z.string(),
  seed: z.string(),
  /** Version of the pepper under which the seed is used. */
  pepper: z.string(),
  at_ms: z.int(),
  answer: z.string().nullable(),
})
type Repetition = z.infer<typeof Repetition>

const Answer = z.strictObject({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
})

interface Kept {
  readonly id: string
  readonly revision: number
  readonly repetition: Repetition
}

/** `handlerOf` must draw what identifies its work from `randomBytes` first, and know it again. */
export function repeatable(
  deps: AdminDeps,
  handlerOf: (deps: AdminDeps) => AdminHandler,
): AdminHandler {
  const once = handlerOf(deps)
  return async (c) => {
    const key = c.req.header('idempotency-key')
    if (key === undefined) return once(c)
    if (!KEY.test(key)) {
      throw new Problem('MalformedRequest', 'Idempotency-Key must be 1 to 255 visible characters.')
    }
    const kept = await claim(deps, c, key)
    const { seed, pepper, answer } = kept.repetition
    const secrets = await repetitionSecrets(deps, seed, pepper)
    if (secrets === null) {
      throw new Problem('Conflict', 'The answer to this Idempotency-Key cannot be had any more.', {
        remedy: 'Look at what there is, then use a new key.',
      })
    }
    if (answer !== null) return replay(secrets, answer)
    try {
      const response = await handlerOf({ ...deps, randomBytes: secrets.randomBytes })(c)
      await keepAnswer(deps, kept, secrets, response.clone())
      return response
    } catch (error) {
      if (error instanceof Problem && REFUSED_AT_ONCE.includes(statusOf(error))) {
        await write(deps, kept, null)
      }
      throw error
    }
  }
}

/** What is kept under the key, begun if need be. Throws Problem (422) when it is of another body. */
async function claim(deps: AdminDeps, c: Context<AdminEnv>, key: string): Promise<Kept> {
  const { store, clock, randomBytes, hasher } = deps
  const { method, path } = c.req
  const text = new TextEncoder().encode([c.var.actor, method, path, key].join('\n'))
  const id = await digest(text)
  const fingerprint = await digest(await readBytes(c.req.raw))
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const found = await store.directory.document('answer', id)
    const repetition = found === null ? null : Repetition.parse(JSON.parse(found.text))
    if (found !== null && repetition !== null && clock.now() < repetition.at_ms + KEPT_MS) {
      if (repetition.fingerprint === fingerprint)
        return { id, revision: found.revision, repetition }
      throw new Problem('IdempotencyKeyReused', 'This Idempotency-Key was used for another body.')
    }
    const seed = encodeBase64Url(randomBytes(SEED_BYTES))
    const [current = ''] = await hasher.keyedHash('repetition', seed)
    const [pepper = ''] = current.split(':')
    const begun = { fingerprint, seed, pepper, at_ms: clock.now(), answer: null }
    const kept = { id, revision: found?.revision ?? 0, repetition: begun }
    if (await write(deps, kept, begun)) return { ...kept, revision: kept.revision + 1 }
  }
  throw new Problem('Conflict', 'This Idempotency-Key is used by others at the same moment.', {
    retryable: true,
    retryAfterMs: 1_000,
  })
}

async function keepAnswer(
  deps: AdminDeps,
  kept: Kept,
  secrets: RepetitionSecrets,
  response: Response,
): Promise<void> {
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = response.headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
  const { status } = response
  const text = JSON.stringify({ status, headers, body: await response.text() })
  try {
    await write(deps, kept, { ...kept.repetition, answer: await secrets.seal(text) })
  } catch (error) {
    // What was asked for is done; a repetition will find that out by itself.
    if (!(error instanceof StoreUnavailable)) throw error
  }
}

async function replay(secrets: RepetitionSecrets, sealed: string): Promise<Response> {
  const text = await secrets.open(sealed)
  if (text === null) throw new TypeError('an answer was not sealed under its own seed')
  const { status, headers, body } = Answer.parse(JSON.parse(text))
  return new Response(body, { status, headers: { ...headers, 'idempotent-replayed': 'true' } })
}

async function write(
  { store, clock }: AdminDeps,
  { id, revision, repetition }: Kept,
  value: Repetition | null,
): Promise<boolean> {
  const text = value === null ? null : JSON.stringify(value)
  const expiresAtMs = repetition.at_ms + KEPT_MS
  const change = { kind: 'answer', id, expected: revision, text, expiresAtMs } as const
  return (await store.directory.write([change], clock.now())) === 'written'
}

async function digest(bytes: Uint8Array): Promise<string> {
  return encodeBase64Url(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))),
  )
}
