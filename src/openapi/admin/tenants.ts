/** What the reference says of the routes of tenants. */
import { ErasureQuery } from '../../admin/tenants/erase-tenant.ts'
import { TenantsQuery } from '../../admin/tenants/list-tenants.ts'
import type { ADMIN_ROUTES } from '../../admin/routes.ts'
import {
  ErasureReceipt,
  TenantAnswer,
  TenantArchived,
  TenantChanged,
  TenantCreated,
  TenantPage,
} from '../../admin/shown.ts'
import { TenantChange, TenantCreation } from '../../admin/tenants/tenant-input.ts'
import { TransitionInput } from '../../admin/tenants/transition.ts'
import { UpdateQuery } from '../../admin/tenants/update-tenant.ts'
import { body, type Descriptions, optionalBody } from '../description.ts'
import {
  BAD_BODY,
  CHANGES_TENANT,
  NO_TENANT,
  OF_SERVICES,
  OF_TENANT,
  REPEATABLE,
} from './problems.ts'

const change = {
  tag: 'Tenants',
  detail:
    'Inside `limits`, `quotas` and `policy` what is absent stays as it is; `metadata` is replaced whole. The change governs the very next request. With `dry_run=true` nothing is changed: the answer has the tenant as it would be, in the version that it has, and the same warnings.',
  params: OF_TENANT,
  query: UpdateQuery,
  headers: ['If-Match'],
  body: body(TenantChange, {
    limits: { usd_per_day: '25.00', requests_per_minute: 120 },
    inherit: ['policy.system_prompt'],
  }),
  answers: {
    200: {
      description: 'The tenant as it is now, and warnings.',
      schema: TenantChanged,
      headers: ['ETag'],
    },
  },
  problems: [...CHANGES_TENANT, ...BAD_BODY, 'PreconditionFailed'],
} as const

const transition = {
  tag: 'Tenants',
  params: OF_TENANT,
  headers: ['If-Match'],
  body: optionalBody(TransitionInput, { reason: 'asked for by the customer' }),
  problems: [...CHANGES_TENANT, ...BAD_BODY, 'PreconditionFailed'],
} as const

const moved = {
  200: {
    description: 'The tenant as it is now.',
    schema: TenantAnswer,
    headers: ['ETag'],
  },
} as const

export const TENANTS = {
  'POST /tenants': {
    id: 'createTenant',
    tag: 'Tenants',
    summary: 'Create a tenant with its first key',
    detail:
      'Only the `id` is needed: the name is then the id, the plan the default one, the time zone UTC, and everything else the plan’s.',
    params: {},
    headers: ['Idempotency-Key'],
    body: body(TenantCreation, {
      id: 'acme',
      plan: 'pro',
      timezone: 'Europe/Berlin',
      limits: { usd_per_day: '10.00' },
    }),
    answers: {
      201: {
        description: 'The tenant and its first key, which is shown only here.',
        schema: TenantCreated,
        headers: ['ETag', 'Location', 'Idempotent-Replayed'],
      },
    },
    // Erased by another while it was being made: then it is not found.
    problems: [
      ...REPEATABLE,
      ...BAD_BODY,
      ...OF_SERVICES,
      'InvalidBody',
      'NotFound',
      'ClusterFull',
    ],
  },
  'GET /tenants': {
    id: 'listTenants',
    tag: 'Tenants',
    summary: 'List tenants by slug, a page at a time',
    params: {},
    query: TenantsQuery,
    answers: { 200: { description: 'A page.', schema: TenantPage } },
    problems: ['InvalidMember'],
  },
  'GET /tenants/:id': {
    id: 'getTenant',
    tag: 'Tenants',
    summary: 'Read a tenant',
    params: OF_TENANT,
    answers: {
      200: { description: 'The tenant.', schema: TenantAnswer, headers: ['ETag'] },
    },
    problems: NO_TENANT,
  },
  'PATCH /tenants/:id': {
    id: 'updateTenant',
    summary: 'Change the members that are named, and only those',
    ...change,
  },
  'PUT /tenants/:id': {
    id: 'putTenant',
    summary: 'The same as PATCH',
    ...change,
  },
  'DELETE /tenants/:id': {
    id: 'eraseTenant',
    tag: 'Tenants',
    summary: 'Erase a tenant that is archived',
    detail:
      'Deletes its account, keys, counters, ledger, and what it has on vector services. Repeated, it answers with the same receipt. The id is never issued again.',
    params: OF_TENANT,
    query: ErasureQuery,
    headers: ['If-Match'],
    answers: { 200: { description: 'What was deleted.', schema: ErasureReceipt } },
    problems: [...CHANGES_TENANT, ...OF_SERVICES, 'InvalidMember', 'PreconditionFailed'],
  },
  'POST /tenants/:id/suspend': {
    id: 'suspendTenant',
    summary: 'Suspend a tenant: it can only read',
    ...transition,
    answers: moved,
  },
  'POST /tenants/:id/reactivate': {
    id: 'reactivateTenant',
    summary: 'Reactivate a tenant that is suspended',
    ...transition,
    answers: moved,
  },
  'POST /tenants/:id/archive': {
    id: 'archiveTenant',
    summary: 'Archive a tenant: all access ends, for good',
    ...transition,
    answers: {
      200: {
        description: 'The tenant as it is now, and when its data goes.',
        schema: TenantArchived,
        headers: ['ETag'],
      },
    },
  },
} as const satisfies Partial<Descriptions<typeof ADMIN_ROUTES>>
