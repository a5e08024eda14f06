/** What the reference says of the routes of keys and of single users. */
import { KeyCreation } from '../../admin/keys/create-key.ts'
import { KeyRotation } from '../../admin/keys/rotate-key.ts'
import type { ADMIN_ROUTES } from '../../admin/routes.ts'
import { KeyCreated, KeyList, KeyRotated, UserAnswer, UserList } from '../../admin/shown.ts'
import { UserInput } from '../../admin/users.ts'
import { KeyId } from '../../identify/api-key/key-id.ts'
import { UserId } from '../../identify/user-id.ts'
import { body, type Descriptions, optionalBody } from '../description.ts'
import { BAD_BODY, CHANGES_TENANT, NO_TENANT, OF_TENANT, REPEATABLE } from './problems.ts'

const OF_KEY = { ...OF_TENANT, key_id: KeyId }
const OF_USER = { ...OF_TENANT, user: UserId }

export const KEYS = {
  'POST /tenants/:id/keys': {
    id: 'createKey',
    tag: 'Keys',
    summary: 'Make a key',
    params: OF_TENANT,
    headers: ['Idempotency-Key'],
    body: optionalBody(KeyCreation, {
      name: 'ci',
      scopes: ['llm', 'usage'],
      expires_at: '2040-01-31T10:00:00Z',
      ip_allow: ['192.0.2.0/24'],
    }),
    answers: {
      201: {
        description: 'The key, which is shown only here.',
        schema: KeyCreated,
        headers: ['Idempotent-Replayed'],
      },
    },
    problems: [...CHANGES_TENANT, ...REPEATABLE, ...BAD_BODY],
  },
  'GET /tenants/:id/keys': {
    id: 'listKeys',
    tag: 'Keys',
    summary: 'List all keys, without their secrets',
    params: OF_TENANT,
    answers: { 200: { description: 'All keys, revoked ones too.', schema: KeyList } },
    problems: NO_TENANT,
  },
  'DELETE /tenants/:id/keys/:key_id': {
    id: 'revokeKey',
    tag: 'Keys',
    summary: 'Revoke a key',
    detail: 'In force for the very next request. Repeating it changes nothing.',
    params: OF_KEY,
    answers: { 204: { description: 'It is revoked.' } },
    problems: CHANGES_TENANT,
  },
  'POST /tenants/:id/keys/:key_id/rotate': {
    id: 'rotateKey',
    tag: 'Keys',
    summary: 'Make a key of the same rights in the place of another',
    detail: 'The old one works on until its grace ends.',
    params: OF_KEY,
    headers: ['Idempotency-Key'],
    body: optionalBody(KeyRotation, { grace_seconds: 3600 }),
    answers: {
      201: {
        description: 'The new key, which is shown only here, and the one that it replaces.',
        schema: KeyRotated,
        headers: ['Idempotent-Replayed'],
      },
    },
    problems: [...CHANGES_TENANT, ...REPEATABLE, ...BAD_BODY],
  },
  'GET /tenants/:id/users': {
    id: 'listUsers',
    tag: 'Users',
    summary: 'List users with limits of their own',
    params: OF_TENANT,
    answers: { 200: { description: 'The users, and where each stands.', schema: UserList } },
    problems: NO_TENANT,
  },
  'GET /tenants/:id/users/:user': {
    id: 'getUser',
    tag: 'Users',
    summary: 'Read the limits of a user, and where it stands',
    params: OF_USER,
    answers: { 200: { description: 'The user.', schema: UserAnswer } },
    problems: NO_TENANT,
  },
  'PUT /tenants/:id/users/:user': {
    id: 'putUser',
    tag: 'Users',
    summary: 'Replace all limits of a user',
    params: OF_USER,
    headers: ['If-Match'],
    body: body(UserInput, { limits: { requests_per_minute: 5 } }),
    answers: { 200: { description: 'The user.', schema: UserAnswer } },
    problems: [...CHANGES_TENANT, ...BAD_BODY, 'PreconditionFailed'],
  },
  'DELETE /tenants/:id/users/:user': {
    id: 'deleteUser',
    tag: 'Users',
    summary: 'End the limits of a user: the tenant’s default is in force again',
    params: OF_USER,
    headers: ['If-Match'],
    answers: { 200: { description: 'The user.', schema: UserAnswer } },
    problems: [...CHANGES_TENANT, 'PreconditionFailed'],
  },
} as const satisfies Partial<Descriptions<typeof ADMIN_ROUTES>>
