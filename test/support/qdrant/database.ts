// All collections and aliases. An alias stands wherever a collection's name may, and the writes of
// `wait=false` stand in line until their time comes.
import { Collection } from './collection.ts'
import { type CollectionConfig, vectorsTold } from './collection-config.ts'
import { badInput, collectionExists, noCollection, notFound } from './errors.ts'
import { type Json, JsonObject, toJson } from './json.ts'
import { schemaTold } from './payload-index.ts'
import { as, type Decode, required, struct, text, anyOf, list } from './serde.ts'
import type { Write } from './writes.ts'

type Later = (apply: () => void) => void

export class Database {
  readonly collections = new Map<string, Collection>()
  readonly aliases = new Map<string, string>()
  /** Every collection that was found, made, dropped, named or listed since this was last emptied. */
  readonly touched = new Set<string>()
  readonly #pending: { readonly collection: Collection; readonly write: Write }[] = []
  readonly #later: Later

  constructor(later: Later) {
    this.#later = later
  }

  /** By name or alias. Throws when there is neither. */
  get(name: string): Collection {
    const collection = this.find(name)
    if (collection === undefined) throw noCollection(name)
    return collection
  }

  find(name: string): Collection | undefined {
    const collection =
      this.collections.get(name) ?? this.collections.get(this.aliases.get(name) ?? '')
    if (collection !== undefined) this.touched.add(collection.name)
    return collection
  }

  /** The names of all collections, which are so touched. */
  list(): string[] {
    for (const name of this.collections.keys()) this.touched.add(name)
    return [...this.collections.keys()]
  }

  /** A collection that a body names: its absence is worded in another way. */
  lookUp(name: string): Collection {
    const collection = this.find(name)
    if (collection === undefined) throw notFound(`Collection ${name} not found`)
    return collection
  }

  create(name: string, config: CollectionConfig): void {
    this.touched.add(name)
    if (this.collections.has(name)) throw collectionExists(name)
    if (this.aliases.has(name)) {
      throw badInput(
        `Can't create collection with name ${name}. Alias with the same name already exists`,
      )
    }
    this.collections.set(name, new Collection(name, config))
  }

  /** An alias is no collection here: only the real name is dropped. False when there is none. */
  drop(name: string): boolean {
    if (this.collections.has(name)) this.touched.add(name)
    for (const [alias, target] of this.aliases) if (target === name) this.aliases.delete(alias)
    return this.collections.delete(name)
  }

  /** Applied before the answer (`wait`), or after those that still stand in line. */
  write(collection: Collection, write: Write, wait: boolean): Json {
    if (wait) {
      this.flush()
      collection.operations += 1
      write.apply(collection)
    } else {
      collection.operations += 1
      this.#pending.push({ collection, write })
      this.#later(() => this.flush())
    }
    return toJson({
      operation_id: collection.operations,
      status: wait ? 'completed' : 'acknowledged',
    })
  }

  /** Applies what stands in line. A write that fails then is only logged by the server. */
  flush(): void {
    for (const { collection, write } of this.#pending.splice(0)) {
      try {
        write.apply(collection)
      } catch {
        // Nobody waits for this outcome.
      }
    }
  }

  get pending(): number {
    return this.#pending.length
  }

  changeAliases(actions: readonly AliasAction[]): void {
    for (const change of actions) change(this)
  }

  aliasesOf(name: string | null): Json {
    const all = [...this.aliases].filter(([, target]) => name === null || target === name)
    for (const [, target] of all) this.touched.add(target)
    return toJson({
      aliases: all.map(([alias_name, collection_name]) => ({ alias_name, collection_name })),
    })
  }
}

export type AliasAction = (database: Database) => void

const createAlias: Decode<AliasAction> = as(
  struct('CreateAliasOperation', {
    create_alias: required(
      struct('CreateAlias', { collection_name: required(text), alias_name: required(text) }),
    ),
  }),
  ({ create_alias: { collection_name: name, alias_name: alias } }) =>
    ({ collections, aliases, touched }) => {
      if (!collections.has(name)) throw noCollection(name)
      touched.add(name)
      if (collections.has(alias)) throw collectionExists(alias)
      const before = aliases.get(alias)
      if (before !== undefined) touched.add(before)
      aliases.set(alias, name)
    },
)

const deleteAlias: Decode<AliasAction> = as(
  struct('DeleteAliasOperation', {
    delete_alias: required(struct('DeleteAlias', { alias_name: required(text) })),
  }),
  ({ delete_alias: { alias_name: alias } }) =>
    ({ aliases, touched }) => {
      const target = aliases.get(alias)
      if (target !== undefined) touched.add(target)
      aliases.delete(alias)
    },
)

/** Nothing hinders a rename onto an alias that exists: it is taken over. */
const renameAlias: Decode<AliasAction> = as(
  struct('RenameAliasOperation', {
    rename_alias: required(
      struct('RenameAlias', { old_alias_name: required(text), new_alias_name: required(text) }),
    ),
  }),
  ({ rename_alias: { old_alias_name: from, new_alias_name: to } }) =>
    ({ aliases, touched }) => {
      const target = aliases.get(from)
      if (target === undefined) throw notFound(`Alias ${from} does not exists!`)
      touched.add(target).add(aliases.get(to) ?? target)
      aliases.delete(from)
      aliases.set(to, target)
    },
)

/** The body of POST /collections/aliases. */
export const aliasActions = as(
  struct('ChangeAliasesOperation', {
    actions: required(
      list(
        anyOf<AliasAction>(
          'data did not match any variant of untagged enum AliasOperations',
          createAlias,
          deleteAlias,
          renameAlias,
        ),
      ),
    ),
  }),
  ({ actions }) => actions,
)

/** The answer to GET /collections/{c}. */
export function collectionInfo(collection: Collection): Json {
  const { config, points } = collection
  const { vectors, sparse } = vectorsTold(config)
  const told = new JsonObject(config.told.members)
  const params = told.get('params')
  if (params instanceof JsonObject) {
    const named: [string, Json][] = sparse === null ? [] : [['sparse_vectors', sparse]]
    told.members.set('params', new JsonObject([['vectors', vectors], ...params.members, ...named]))
  }
  return toJson({
    status: 'green',
    optimizer_status: 'ok',
    indexed_vectors_count: 0,
    points_count: points.size,
    segments_count: 1,
    config: told,
    payload_schema: schemaTold(collection),
    update_queue: { length: 0 },
  })
}
