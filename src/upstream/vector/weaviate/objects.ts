/** Single objects, by class and id, and pages of one class. */
import { itemsOf, memberOf } from '../../json-read.ts'
import type { VectorOperation } from '../adapter.ts'
import { MAX_LIMIT, MAX_OFFSET } from './bounds.ts'
import { declaredClass, isOwnTenant } from './classes.ts'
import { ask } from './exchange.ts'
import { readObject, tellObject } from './object.ts'
import { demandProperties } from './property-names.ts'
import {
  CLASS,
  CONSISTENCY,
  demand,
  INCLUDE,
  NOT_FOUND,
  placeOf,
  queryOf,
  reading,
  TENANT,
  told,
  writing,
} from './request.ts'

const AT = '/v1/objects/{class}/{id}'

const create: VectorOperation = {
  name: 'objects.create',
  method: 'POST',
  path: '/v1/objects',
  access: 'write',
  query: CONSISTENCY,
  body: 'json',
  read(request) {
    const read = readObject(request, request.body)
    if (!read.ok) return read
    const { className, sent } = read.object
    const { consistency_level } = request.query
    return writing([demand(className, 1, request.bodyBytes)], [className], async (service) => {
      await demandProperties(service, request, [read.object])
      const { body } = await ask(service, request, {
        method: 'POST',
        path: ['v1', 'objects'],
        ...(consistency_level === undefined ? {} : { query: { consistency_level } }),
        body: { json: sent },
        writes: true,
      })
      return told(200, tellObject(request, className, body))
    })
  },
}

/** It is looked at here and at the server, and not written. */
const validate: VectorOperation = {
  name: 'objects.validate',
  method: 'POST',
  path: '/v1/objects/validate',
  access: 'read',
  body: 'json',
  read(request) {
    const read = readObject(request, request.body)
    if (!read.ok) return read
    return reading(async (service) => {
      await demandProperties(service, request, [read.object])
      const path = ['v1', 'objects', 'validate']
      const body = { json: read.object.sent }
      await ask(service, request, { method: 'POST', path, body, writes: false })
      return told(200)
    })
  },
}

/** Without a class the server would look in all of them. */
const list: VectorOperation = {
  name: 'objects.list',
  method: 'GET',
  path: '/v1/objects',
  access: 'read',
  query: {
    ...CLASS,
    ...TENANT,
    ...INCLUDE,
    limit: /^\d{1,6}$/,
    offset: /^\d{1,6}$/,
    after: /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/i,
    sort: /^[_A-Za-z]\w{0,230}(?:,[_A-Za-z]\w{0,230}){0,7}$/,
    order: /^(?:asc|desc)(?:,(?:asc|desc)){0,7}$/,
  },
  body: 'none',
  read(request) {
    const { query, space, settings } = request
    const named = query['class']
    if (named === undefined) return refuse('class', 'is required: say which class to list')
    const className = declaredClass(settings, named)
    if (className === null || !isOwnTenant(space, query['tenant'])) return NOT_FOUND
    if (Number(query['limit'] ?? 1) > MAX_LIMIT) return refuse('limit', `is ${MAX_LIMIT} at most`)
    if (Number(query['offset'] ?? 0) > MAX_OFFSET) {
      return refuse('offset', `is ${MAX_OFFSET} at most`)
    }
    const kept = queryOf(request, query, ['include', 'limit', 'offset', 'after', 'sort', 'order'])
    return reading(async (service) => {
      const { body } = await ask(service, request, {
        method: 'GET',
        path: ['v1', 'objects'],
        query: { ...kept, class: className },
        writes: false,
      })
      const objects = itemsOf(memberOf(body, 'objects'))
      return told(200, {
        deprecations: null,
        objects: objects.map((object) => tellObject(request, className, object)),
        totalResults: objects.length,
      })
    })
  },
}

function refuse(param: string, detail: string) {
  return { ok: false, bad: { status: 400, detail: `${param} ${detail}.`, param } } as const
}

const get: VectorOperation = {
  name: 'objects.get',
  method: 'GET',
  path: AT,
  access: 'read',
  query: { ...TENANT, ...INCLUDE, ...CONSISTENCY },
  body: 'none',
  read(request) {
    const place = placeOf(request)
    if (place === null) return NOT_FOUND
    const path = ['v1', 'objects', place.className, place.id]
    const query = queryOf(request, request.query, ['include', 'consistency_level'])
    return reading(async (service) => {
      const { body } = await ask(service, request, { method: 'GET', path, query, writes: false })
      return told(200, tellObject(request, place.className, body))
    })
  },
}

const exists: VectorOperation = {
  name: 'objects.exists',
  method: 'HEAD',
  path: AT,
  access: 'read',
  query: { ...TENANT, ...CONSISTENCY },
  // The client says that it sends JSON, and sends none.
  body: 'none',
  read(request) {
    const place = placeOf(request)
    if (place === null) return NOT_FOUND
    const path = ['v1', 'objects', place.className, place.id]
    const query = queryOf(request, request.query, ['consistency_level'])
    return reading(async (service) => {
      await ask(service, request, { method: 'HEAD', path, query, writes: false })
      return told(204)
    })
  },
}

/** Of an object that there is: neither makes one. */
function change(name: string, method: 'PUT' | 'PATCH'): VectorOperation {
  return {
    name,
    method,
    path: AT,
    access: 'write',
    query: CONSISTENCY,
    body: 'json',
    read(request) {
      const place = placeOf(request)
      if (place === null) return NOT_FOUND
      const read = readObject(request, request.body, place)
      if (!read.ok) return read
      const { className, id } = place
      const { consistency_level } = request.query
      return writing([demand(className, 0, request.bodyBytes)], [className], async (service) => {
        await demandProperties(service, request, [read.object])
        const { body } = await ask(service, request, {
          method,
          path: ['v1', 'objects', className, id],
          ...(consistency_level === undefined ? {} : { query: { consistency_level } }),
          body: { json: read.object.sent },
          writes: true,
        })
        return method === 'PUT' ? told(200, tellObject(request, className, body)) : told(204)
      })
    },
  }
}

const remove: VectorOperation = {
  name: 'objects.delete',
  method: 'DELETE',
  path: AT,
  access: 'write',
  query: { ...TENANT, ...CONSISTENCY },
  body: 'none',
  read(request) {
    const place = placeOf(request)
    if (place === null) return NOT_FOUND
    const { className, id } = place
    const query = queryOf(request, request.query, ['consistency_level'])
    return writing([], [className], async (service) => {
      const path = ['v1', 'objects', className, id]
      await ask(service, request, { method: 'DELETE', path, query, writes: true })
      return told(204)
    })
  },
}

export const OBJECT_OPERATIONS: readonly VectorOperation[] = [
  create,
  validate,
  list,
  get,
  exists,
  change('objects.replace', 'PUT'),
  change('objects.merge', 'PATCH'),
  remove,
]
