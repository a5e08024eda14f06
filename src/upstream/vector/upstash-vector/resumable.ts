/**
 * Queries that are gone on with. At the service its uuid alone is enough, whoever shows it: it reaches
 * clients only sealed, and what is no tenant's own opens to nothing.
 */
import { stringIn } from '../../json-read.ts'
import { integer, members, type Rule, text } from '../../rules.ts'
import type { VectorOperation, VectorRequest } from '../adapter.ts'
import { given, readMembers, strangeReply } from '../members.ts'
import { MAX_HANDLE_CHARACTERS, MAX_RESULTS } from './bounds.ts'
import { ask, objectIn } from './errors.ts'
import { inNamespaces, operations } from './namespace.ts'
import { reading } from './plans.ts'
import { matchesOf } from './records.ts'
import { QUERY_MEMBERS, resumableQuery } from './rules.ts'

const PURPOSE = 'resumable-query'
const BY_POST = { access: 'read', body: 'json' } as const

function start(
  command: 'resumable-query' | 'resumable-query-data',
  rule: Rule,
): readonly VectorOperation[] {
  return inNamespaces(
    { name: `queries.${command}`, command, ...BY_POST },
    ({ physical }, { body, space }) => {
      const read = readMembers(rule, body)
      if (!read.ok) return read
      const asked = given(read.members, QUERY_MEMBERS)
      return reading(async (service) => {
        const path = [command, physical]
        const result = objectIn(await ask(service, { path, body: asked, writes: false }))
        const uuid = stringIn(result, 'uuid')
        if (uuid === null) throw strangeReply()
        return { uuid: await space.seal(PURPOSE, uuid), scores: matchesOf(result['scores']) }
      })
    },
  )
}

const handle = text({ max: MAX_HANDLE_CHARACTERS })
const nextBody = members({ uuid: handle, additionalK: integer(1, MAX_RESULTS) })
const endBody = members({ uuid: handle })

const next = operations(
  { name: 'queries.next', ...BY_POST },
  '/resumable-query-next',
  async ({ body, space }) => {
    const read = readMembers(nextBody, body)
    if (!read.ok) return read
    const uuid = await open(space, read.members['uuid'])
    if (uuid === null) return { ok: false, bad: 'not_found' }
    const asked = { ...given(read.members, ['additionalK']), uuid }
    return reading(async (service) =>
      matchesOf(await ask(service, { path: ['resumable-query-next'], body: asked, writes: false })),
    )
  },
)

const end = operations(
  { name: 'queries.end', ...BY_POST },
  '/resumable-query-end',
  async ({ body, space }) => {
    const read = readMembers(endBody, body)
    if (!read.ok) return read
    const uuid = await open(space, read.members['uuid'])
    if (uuid === null) return { ok: false, bad: 'not_found' }
    return reading(async (service) => {
      await ask(service, { path: ['resumable-query-end'], body: { uuid }, writes: false })
      return 'Success'
    })
  },
)

async function open(space: VectorRequest['space'], sealed: unknown): Promise<string | null> {
  return typeof sealed === 'string' ? space.open(PURPOSE, sealed) : null
}

export const RESUMABLE_OPERATIONS: readonly VectorOperation[] = [
  ...start('resumable-query', resumableQuery.vector),
  ...start('resumable-query-data', resumableQuery.data),
  ...next,
  ...end,
]
