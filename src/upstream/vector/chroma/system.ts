/** Operations on no collection: whether the service is there, what it takes, and who the client is. */
import type { VectorOperation, VectorPlan } from '../adapter.ts'
import { isRawNumber, type Json, type JsonObject } from '../../json.ts'
import { memberOf, numberIn } from '../../json-read.ts'
import { MAX_BATCH_RECORDS } from './bounds.ts'
import { chromaProblem, strangeReply } from './errors.ts'
import { DEFAULT_SCOPE, inDatabase, isOwnTenant, NOT_THERE, plainly } from './scope.ts'

/** Nothing of what the service says of itself is passed on but what this gives; null: not understood. */
type Tell = (reply: Json | undefined) => Json | null

function told(tell: Tell, endpoint: readonly string[]): VectorPlan['run'] {
  return async (service) => {
    const path = ['api', 'v2', ...endpoint]
    const reply = await service.send({ method: 'GET', path, writes: false })
    if (!reply.ok) throw chromaProblem(reply)
    const body = tell(reply.body)
    if (body === null) throw strangeReply()
    return { status: 200, body, stock: 'kept' }
  }
}

function system(name: string, path: string, run: VectorPlan['run']): VectorOperation {
  return {
    name: `system.${name}`,
    method: 'GET',
    path: `/api/v2${path}`,
    access: 'read',
    body: 'none',
    read: () => plainly(run),
  }
}

const answer = (body: JsonObject) => plainly(async () => ({ status: 200, body, stock: 'kept' }))

const NANOSECONDS = 'nanosecond heartbeat'
const VERSION = /^\d{1,4}(?:\.\d{1,4}){1,3}[0-9A-Za-z.+-]{0,32}$/

const tellHeartbeat: Tell = (reply) => {
  const at = memberOf(reply, NANOSECONDS)
  // More digits than a double holds.
  return isRawNumber(at) || typeof at === 'number' ? { [NANOSECONDS]: at as Json } : null
}

const tellVersion: Tell = (reply) =>
  typeof reply === 'string' && VERSION.test(reply) ? reply : null

const tellLimits: Tell = (reply) => {
  const size = numberIn(reply, 'max_batch_size') ?? MAX_BATCH_RECORDS
  return {
    max_batch_size: Math.min(size, MAX_BATCH_RECORDS),
    supports_base64_encoding: memberOf(reply, 'supports_base64_encoding') === true,
  }
}

const tellHealth: Tell = (reply) => ({
  is_executor_ready: memberOf(reply, 'is_executor_ready') === true,
  is_log_client_ready: memberOf(reply, 'is_log_client_ready') === true,
})

const identity: VectorOperation = {
  name: 'system.identity',
  method: 'GET',
  path: '/api/v2/auth/identity',
  access: 'read',
  body: 'none',
  read: ({ space }) =>
    answer({
      user_id: space.tenant,
      tenant: DEFAULT_SCOPE.tenant,
      databases: [DEFAULT_SCOPE.database],
    }),
}

const tenant: VectorOperation = {
  name: 'system.tenant',
  method: 'GET',
  path: '/api/v2/tenants/{tenant}',
  access: 'read',
  body: 'none',
  read: ({ params, space }) => {
    const name = params['tenant'] ?? ''
    return isOwnTenant(name, space.tenant) ? answer({ name, resource_name: null }) : NOT_THERE
  },
}

/** Of the default database on the service; sealed, it is one of the tenant's own. */
const NIL_UUID = '00000000-0000-0000-0000-000000000000'

const database = inDatabase(
  { name: 'system.database', method: 'GET', access: 'read', body: 'none' },
  '',
  async ({ space }, scope) =>
    answer({ id: await space.sealUuid(NIL_UUID), name: scope.database, tenant: scope.tenant }),
)

export const SYSTEM_OPERATIONS: readonly VectorOperation[] = [
  system('root', '', told(tellHeartbeat, ['heartbeat'])),
  system('heartbeat', '/heartbeat', told(tellHeartbeat, ['heartbeat'])),
  system('version', '/version', told(tellVersion, ['version'])),
  system('limits', '/pre-flight-checks', told(tellLimits, ['pre-flight-checks'])),
  system('health', '/healthcheck', told(tellHealth, ['healthcheck'])),
  identity,
  tenant,
  database,
]
