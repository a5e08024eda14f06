// `/schema`: classes, their properties and their tenants.
import type { StandInAnswer } from '../vector/stand-in.ts'
import { refuse } from './errors.ts'
import { readJson } from './go-json.ts'
import { ClassDefinition, NewProperty, TenantNames, Tenants } from './schema.ts'
import type { Store } from './store.ts'

export function answerSchema(
  store: Store,
  method: string,
  [name, part, member]: readonly string[],
  body: string,
): StandInAnswer {
  const { schema } = store
  if (name === undefined) {
    if (method === 'POST') return json(schema.create(readJson(ClassDefinition, body)))
    return json({ classes: [...schema.classes.values()].map(({ definition }) => definition) })
  }
  switch (part) {
    case undefined:
      return answerClass(store, method, name, body)
    case 'properties':
      return json(schema.addProperty(name, readJson(NewProperty, body)))
    case 'tenants':
      return answerTenants(store, method, name, member, body)
    case 'shards': {
      const { definition, tenants } = schema.get(name)
      const names = tenants.size > 0 ? [...tenants.keys()] : [definition.class]
      return json(names.map((shard) => ({ name: shard, status: 'READY' })))
    }
    default:
      return refuse(404, 'path was not found')
  }
}

function answerClass(store: Store, method: string, name: string, body: string): StandInAnswer {
  switch (method) {
    case 'GET':
      return json(store.schema.get(name).definition)
    case 'PUT':
      return json(store.schema.update(name, readJson(ClassDefinition, body)))
    case 'DELETE':
      store.dropClass(name)
      return { status: 200 }
    default:
      return refuse(405, `method ${method} is not allowed`)
  }
}

function answerTenants(
  store: Store,
  method: string,
  name: string,
  member: string | undefined,
  body: string,
): StandInAnswer {
  const found = store.schema.get(name)
  const { definition, tenants } = found
  if (!definition.multiTenancyConfig.enabled) {
    refuse(422, `multi-tenancy is not enabled for class "${definition.class}"`)
  }
  const list = [...tenants].map(([tenant, activityStatus]) => ({ name: tenant, activityStatus }))
  if (member !== undefined) {
    const one = list.find((tenant) => tenant.name === member)
    return one === undefined ? refuse(404, '') : json(method === 'HEAD' ? undefined : one)
  }
  switch (method) {
    case 'GET':
      return json(list)
    case 'POST':
    case 'PUT':
      return json(store.schema.addTenants(found, readJson(Tenants, body)))
    case 'DELETE':
      store.dropTenants(found, readJson(TenantNames, body))
      return { status: 200 }
    default:
      return refuse(405, `method ${method} is not allowed`)
  }
}

function json(body: unknown): StandInAnswer {
  return { status: 200, body }
}
