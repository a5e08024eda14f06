// `/batch/objects` and `/batch/references`: answered 200 as a whole, each member with a result.
import * as z from 'zod'
import { Refusal } from '../vector/stand-in.ts'
import { readBeacon } from './beacon.ts'
import { refuse } from './errors.ts'
import { readJson } from './go-json.ts'
import { changeReferences, createObject, last, NewObject } from './objects.ts'
import type { Store } from './store.ts'
import { matches, Where } from './where.ts'

const Objects = z.looseObject({ objects: z.array(z.looseObject({})) })
const References = z.array(
  z.looseObject({ from: z.string(), to: z.string(), tenant: z.string().nullish() }),
)
const BatchDelete = z.looseObject({
  match: z.looseObject({ class: z.string(), where: Where }),
  output: z.string().nullish(),
  dryRun: z.boolean().nullish(),
})

const SUCCESS = { status: 'SUCCESS' }

export function batchObjects(store: Store, body: string): object[] {
  return readJson(Objects, body).objects.map((asked) => {
    const result = outcome(() => {
      const read = NewObject.safeParse(asked)
      if (!read.success) return refuse(422, z.prettifyError(read.error))
      return createObject(store, read.data, true)
    })
    return result.ok
      ? { ...result.value, result: SUCCESS }
      : { ...asked, result: { status: 'FAILED', errors: result.errors } }
  })
}

export function batchReferences(store: Store, body: string): object[] {
  return readJson(References, body).map(({ from, to, tenant }) => {
    const result = outcome(() => {
      const { className, id, property } = readBeacon(from)
      const path = { className, id, tenant: tenant ?? null }
      changeReferences(store, path, property ?? '', 'POST', JSON.stringify({ beacon: to }))
      return { from, to }
    })
    const told = result.ok ? SUCCESS : { status: 'FAILED', errors: result.errors }
    return { from, to, result: told }
  })
}

export function batchDelete(store: Store, query: URLSearchParams, body: string): object {
  const { match, output, dryRun } = readJson(BatchDelete, body)
  const found = store.schema.get(match.class)
  const shard = store.shard(found, last(query, 'tenant'), 'write')
  const doomed = [...shard.values()].filter((object) => matches(store, object, match.where))
  if (dryRun !== true) for (const { id } of doomed) shard.delete(id)
  const status = dryRun === true ? 'DRYRUN' : 'SUCCESS'
  const objects = output === 'verbose' ? doomed.map(({ id }) => ({ id, status })) : null
  return {
    match: { class: found.definition.class, where: match.where },
    output: output ?? 'minimal',
    dryRun: dryRun ?? false,
    results: {
      limit: 10_000,
      matches: doomed.length,
      failed: 0,
      successful: dryRun === true ? 0 : doomed.length,
      objects,
    },
  }
}

type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: unknown }

function outcome<T>(work: () => T): Outcome<T> {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, errors: error.answer.body }
    throw error
  }
}
