// A stand-in for Weaviate: REST under `/v1` and GraphQL. Built from the published API description
// (weaviate/weaviate 1.40-dev: openapi-specs/schema.json, entities/schema) and from what
// `weaviate-ts-client` 2.2.0 sends.
//
// Its traps are kept open: one key reaches every class and every tenant; a request that names no
// class is looked for in all; first letters of classes are made upper-case; aliases; beacons into
// other classes, with and without a class; class names behind fragments, variables and aliases; JSON
// names in any case and the last of two; the last of two query parameters; auto-schema, which makes a
// class of any name; `/nodes` and `/schema` tell of all; the lenient path.
// Its limits: exact search by cosine, BM25 is the count of words in common; no modules, so no
// nearText, hybrid, ask or generate; one unnamed vector; no gRPC, `/search`, `/aggregate`, users,
// roles, replication or classification; a backup is noted and does nothing; the wording of errors is
// its own where the description has none.
import * as z from 'zod'
import { readTarget } from '../vector/lenient-path.ts'
import {
  type RecordedRequest,
  type StandIn,
  type StandInAnswer,
  startStandIn,
} from '../vector/stand-in.ts'
import { batchDelete, batchObjects, batchReferences } from './batch.ts'
import { refuse } from './errors.ts'
import { readJson } from './go-json.ts'
import { answerGraphQL, GraphQLRequest } from './graphql.ts'
import * as objects from './objects.ts'
import { answerSchema } from './schema-routes.ts'
import { Alias } from './schema.ts'
import { Store } from './store.ts'

export interface WeaviateStandIn extends StandIn {
  readonly apiKey: string
}

export async function startWeaviate(): Promise<WeaviateStandIn> {
  const apiKey = 'weaviate-key-of-the-tests'
  const standIn = await startStandIn(() => {
    const store = new Store()
    return {
      refuse: ({ authorization }) =>
        authorization === `Bearer ${apiKey}`
          ? null
          : { status: 401, body: { code: 401, message: 'unauthorized: invalid api key' } },
      answer: (request) => answer(store, request),
      dump: () => store.dump(),
    }
  })
  return { ...standIn, apiKey }
}

interface Route {
  readonly store: Store
  readonly method: string
  /** Below the first one after `/v1`. */
  readonly rest: readonly string[]
  readonly query: URLSearchParams
  readonly body: string
}

function answer(store: Store, { method, target, body }: RecordedRequest): StandInAnswer {
  const { segments, query } = readTarget(target)
  const [version, first = '', ...rest] = segments
  if (version !== 'v1') refuse(404, `path ${target} was not found`)
  const route = { store, method, rest, query, body }
  switch (first) {
    case '.well-known':
      return { status: rest[0] === 'openid-configuration' ? 404 : 200 }
    case 'meta':
      return json({ hostname: 'http://[::]:8080', modules: {}, version: '1.36.0' })
    case 'schema':
      return answerSchema(store, method, rest, body)
    case 'objects':
      return answerObjects(route)
    case 'batch':
      return answerBatch(route)
    case 'graphql':
      return rest[0] === 'batch'
        ? json(readJson(z.array(GraphQLRequest), body).map((one) => answerGraphQL(store, one)))
        : json(answerGraphQL(store, readJson(GraphQLRequest, body)))
    case 'aliases':
      return answerAliases(route)
    case 'nodes':
      return json(nodes(store))
    case 'backups':
      if (method === 'POST') store.backups.push({ path: rest, body })
      return json({ status: 'STARTED', path: rest.join('/') })
    default:
      return refuse(404, `path ${target} was not found`)
  }
}

function answerObjects({ store, method, rest, query, body }: Route): StandInAnswer {
  if (rest.length === 0) {
    if (method === 'GET') return json(objects.listObjects(store, query))
    const created = objects.createObject(store, readJson(objects.NewObject, body), false)
    return json(created)
  }
  if (rest[0] === 'validate') {
    readJson(objects.NewObject, body)
    return { status: 200 }
  }
  const at = rest.indexOf('references')
  const named = at === -1 ? rest : rest.slice(0, at)
  const [id = '', className] = named.toReversed()
  const path = { className, id, tenant: objects.last(query, 'tenant') }
  if (named.length > 2) refuse(404, 'path was not found')
  if (at !== -1) {
    objects.changeReferences(store, path, rest[at + 1] ?? '', method, body)
    return { status: method === 'DELETE' ? 204 : 200 }
  }
  switch (method) {
    case 'GET':
      return json(objects.shown(objects.findObject(store, path).object, query))
    case 'HEAD':
      objects.findObject(store, path)
      return { status: 204 }
    case 'PUT':
      return json(objects.replaceObject(store, path, body))
    case 'PATCH':
      objects.mergeObject(store, path, body)
      return { status: 204 }
    case 'DELETE':
      objects.deleteObject(store, path)
      return { status: 204 }
    default:
      return refuse(405, `method ${method} is not allowed`)
  }
}

function answerBatch({ store, method, rest, query, body }: Route): StandInAnswer {
  if (rest[0] === 'references') return json(batchReferences(store, body))
  if (rest[0] !== 'objects') refuse(404, 'path was not found')
  return json(method === 'DELETE' ? batchDelete(store, query, body) : batchObjects(store, body))
}

function answerAliases({ store: { schema }, method, rest, body }: Route): StandInAnswer {
  const [name] = rest
  if (method === 'POST' || method === 'PUT') {
    const asked = readJson(Alias, body)
    return json(schema.setAlias(name ?? asked.alias ?? '', asked.class))
  }
  if (name === undefined) {
    return json({ aliases: [...schema.aliases.keys()].map((alias) => schema.aliasOf(alias)) })
  }
  if (method === 'GET') return json(schema.aliasOf(name))
  schema.aliases.delete(name)
  return { status: 204 }
}

function nodes({ schema }: Store): object {
  const shards = [...schema.classes.values()].flatMap(({ definition, tenants }) =>
    [...tenants.keys()].map((name) => ({ class: definition.class, name })),
  )
  return { nodes: [{ name: 'weaviate-0', status: 'HEALTHY', shards }] }
}

function json(body: unknown): StandInAnswer {
  return { status: 200, body }
}
