/**
 * What a tenant may see of the schema: the declared classes, each made anew of what is known here, and
 * its own tenant in them. How they are indexed, sharded and paid for is the operator's.
 */
import type { JsonObject } from '../../json.ts'
import { isJsonObject } from '../../json.ts'
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import type { VectorOperation, VectorSettings } from '../adapter.ts'
import { given, strangeReply } from '../members.ts'
import { notThere } from '../read-request.ts'
import { declaredClass, type Home } from './classes.ts'
import { ask, hasTenant } from './exchange.ts'
import { NOT_FOUND, reading, told } from './request.ts'

/** Of the newest server whose answers are known here; clients look only whether it is new enough. */
const VERSION = '1.36.0'

const meta: VectorOperation = {
  name: 'meta',
  method: 'GET',
  path: '/v1/meta',
  access: 'read',
  body: 'none',
  read: ({ mountUrl }) =>
    reading(async () => told(200, { hostname: mountUrl, version: VERSION, modules: {} })),
}

const probes = (['ready', 'live'] as const).map((name): VectorOperation => ({
  name,
  method: 'GET',
  path: `/v1/.well-known/${name}`,
  access: 'read',
  body: 'none',
  read: () => reading(async () => told(200)),
}))

const all: VectorOperation = {
  name: 'schema.list',
  method: 'GET',
  path: '/v1/schema',
  access: 'read',
  body: 'none',
  read: (request) =>
    reading(async (service) => {
      const path = ['v1', 'schema']
      const { body } = await ask(service, request, { method: 'GET', path, writes: false })
      const { settings } = request
      const found = itemsOf(memberOf(body, 'classes')).flatMap((one) => {
        const name = stringIn(one, 'class') ?? ''
        return settings.classes.includes(name) ? [tellClass(settings, name, one)] : []
      })
      return told(200, { classes: found })
    }),
}

const one: VectorOperation = {
  name: 'schema.get',
  method: 'GET',
  path: '/v1/schema/{class}',
  access: 'read',
  body: 'none',
  read(request) {
    const { params, settings } = request
    const className = declaredClass(settings, params['class'] ?? '')
    if (className === null) return NOT_FOUND
    return reading(async (service) => {
      const path = ['v1', 'schema', className]
      const { body } = await ask(service, request, { method: 'GET', path, writes: false })
      if (stringIn(body, 'class') !== className) throw strangeReply()
      return told(200, tellClass(settings, className, body))
    })
  },
}

const PROPERTY = [
  'name',
  'description',
  'tokenization',
  'indexFilterable',
  'indexSearchable',
  'indexRangeFilters',
  'indexInverted',
]

function tellClass(settings: VectorSettings, className: string, value: unknown): JsonObject {
  if (!isJsonObject(value)) throw strangeReply()
  const named = memberOf(value, 'vectorConfig')
  const vectors = Object.keys(isJsonObject(named) ? named : {})
  return {
    class: className,
    ...given(value, ['description', 'vectorizer', 'vectorIndexType']),
    ...(vectors.length === 0
      ? {}
      : { vectorConfig: Object.fromEntries(vectors.map((name) => [name, {}])) }),
    multiTenancyConfig: { enabled: true },
    properties: tellProperties(settings, memberOf(value, 'properties')),
  }
}

function tellProperties(settings: VectorSettings, properties: unknown): JsonObject[] {
  return itemsOf(properties).flatMap((property): JsonObject[] => {
    const types = itemsOf(memberOf(property, 'dataType')).filter(
      (type): type is string =>
        // A data type with a capital is a class.
        typeof type === 'string' && (!/^[A-Z]/.test(type) || settings.classes.includes(type)),
    )
    if (types.length === 0) return []
    const nested = tellProperties(settings, memberOf(property, 'nestedProperties'))
    return [
      {
        ...given(property, PROPERTY),
        dataType: types,
        ...(nested.length === 0 ? {} : { nestedProperties: nested }),
      },
    ]
  })
}

/** Whether the gateway has given the tenant its part of the class; others are not told of. */
async function ownTenant(
  service: Parameters<typeof hasTenant>[0],
  { space }: Home,
  className: string,
): Promise<JsonObject[]> {
  const isThere = await hasTenant(service, space.tenant, className)
  return isThere ? [{ name: space.tenant, activityStatus: 'ACTIVE' }] : []
}

const tenants: VectorOperation = {
  name: 'tenants.list',
  method: 'GET',
  path: '/v1/schema/{class}/tenants',
  access: 'read',
  body: 'none',
  read(request) {
    const className = declaredClass(request.settings, request.params['class'] ?? '')
    if (className === null) return NOT_FOUND
    return reading(async (service) => told(200, await ownTenant(service, request, className)))
  },
}

const tenant = (['GET', 'HEAD'] as const).map((method): VectorOperation => ({
  name: 'tenants.get',
  method,
  path: '/v1/schema/{class}/tenants/{tenant}',
  access: 'read',
  body: 'none',
  read(request) {
    const { params, settings, space } = request
    const className = declaredClass(settings, params['class'] ?? '')
    if (className === null || params['tenant'] !== space.tenant) return NOT_FOUND
    return reading(async (service) => {
      const [own] = await ownTenant(service, request, className)
      if (own === undefined) throw notThere()
      return told(200, method === 'GET' ? own : undefined)
    })
  },
}))

export const SCHEMA_OPERATIONS: readonly VectorOperation[] = [
  meta,
  ...probes,
  all,
  one,
  tenants,
  ...tenant,
]
