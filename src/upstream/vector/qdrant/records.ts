/**
 * Points on their way to the client. Each was asked for with its tag: it is checked and taken out. A
 * point without one was written past the gateway, and is given its tag; a point with another's tag is
 * left out and raises an alarm. A second wall: it stands in the tenant's own collection either way.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { memberOf } from '../../json-read.ts'
import type { Service } from '../adapter.ts'
import { exchange, pick } from './exchange.ts'
import type { Call } from './operation.ts'
import { TAG } from './tag.ts'

/** All that a `Record` and a `ScoredPoint` have besides the payload. */
const MEMBERS = ['id', 'version', 'score', 'vector', 'shard_key', 'order_value'] as const

/** Reads the points of an answer by `read`, then does what their tags call for. */
export async function checked<T>(
  { slug, space, collection }: Pick<Call, 'slug' | 'space' | 'collection'>,
  service: Service,
  read: (check: RecordCheck) => T,
): Promise<T> {
  const check = new RecordCheck(slug)
  const result = read(check)
  await check.finish(service, space.physical(collection), collection)
  return result
}

export class RecordCheck {
  readonly #slug: string
  readonly #untagged: Json[] = []
  #foreign = 0

  constructor(slug: string) {
    this.#slug = slug
  }

  /** The point as the client sees it; null when it is not to see it. */
  read(record: Json, wantsPayload: boolean): JsonObject | null {
    const tag = memberOf(memberOf(record, 'payload'), TAG)
    if (tag !== undefined && tag !== this.#slug) {
      this.#foreign += 1
      return null
    }
    const id = isJsonObject(record) ? record['id'] : undefined
    if (id === undefined) return null
    if (tag === undefined) this.#untagged.push(id)
    const shown = pick(record, MEMBERS)
    const payload = isJsonObject(record) ? record['payload'] : undefined
    if (!wantsPayload || payload === undefined) return shown
    return { ...shown, payload: withoutTag(payload) }
  }

  /** Those of a list that the client is to see. */
  readAll(records: Json | undefined, wantsPayload: boolean): readonly JsonObject[] {
    if (!isJsonArray(records)) return []
    return records
      .map((record) => this.read(record, wantsPayload))
      .filter((record) => record !== null)
  }

  /** Raises the alarm and repairs; what comes of a repair is nothing to the answer. */
  async finish(service: Service, physical: string, collection: string): Promise<void> {
    if (this.#foreign > 0) {
      service.alarm('vector.foreign_tag', { collection, points: this.#foreign })
    }
    if (this.#untagged.length === 0) return
    try {
      await exchange(service, {
        method: 'POST',
        path: ['collections', physical, 'points', 'payload'],
        query: { wait: 'true' },
        body: { json: { payload: { [TAG]: this.#slug }, points: this.#untagged } },
        writes: true,
      })
    } catch {
      // The next read finds them without a tag again.
    }
  }
}

function withoutTag(payload: Json): Json {
  if (!isJsonObject(payload)) return null
  const { [TAG]: _, ...rest } = payload
  return rest
}
