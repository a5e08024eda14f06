// The whole state of the stand-in as plain data, so that two moments can be compared with toEqual.
import type { Database } from './database.ts'
import { writeJson } from './json.ts'
import { comparePointIds } from './point-id.ts'
import { vectorJson } from './vector.ts'

/** Payloads and vectors are JSON text: no digit of a number is lost in a comparison. */
export interface QdrantState {
  readonly collections: Readonly<Record<string, CollectionState>>
  /** alias -> collection */
  readonly aliases: Readonly<Record<string, string>>
}

export interface CollectionState {
  /** Vector names with their parameters, as JSON text. */
  readonly vectors: Readonly<Record<string, string>>
  /** The rest of the configuration, as JSON text. */
  readonly config: string
  /** Indexed field -> type. */
  readonly indexes: Readonly<Record<string, string>>
  /** Point id -> what is stored under it. */
  readonly points: Readonly<Record<string, PointState>>
}

export interface PointState {
  readonly payload: string
  readonly vectors: Readonly<Record<string, string>>
}

export function dumpState({ collections, aliases }: Database): QdrantState {
  const told = [...collections.values()].map(({ name, config, indexes, points }) => {
    const ids = [...points.keys()].sort(comparePointIds)
    const state: CollectionState = {
      vectors: record(config.vectors, ({ told: params }) => writeJson(params)),
      config: writeJson(config.told),
      indexes: record(indexes, ({ type }) => type),
      points: Object.fromEntries(
        ids.flatMap((id) => {
          const point = points.get(id)
          if (point === undefined) return []
          const vectors = record(point.vectors, (vector) => writeJson(vectorJson(vector)))
          // `id-` keeps numbers in the order of ids, which a bare number as a key would not.
          return [[`id-${id}`, { payload: writeJson(point.payload), vectors }] as const]
        }),
      ),
    }
    return [name, state] as const
  })
  return { collections: Object.fromEntries(told), aliases: Object.fromEntries(aliases) }
}

function record<T, U>(map: ReadonlyMap<string, T>, of: (value: T) => U): Record<string, U> {
  return Object.fromEntries([...map].map(([key, value]) => [key, of(value)]))
}
