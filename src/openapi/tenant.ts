/** What the reference says of a tenant's own view. */
import * as z from 'zod'
import { QuotaList } from '../admin/shown.ts'
import { UsageQuery } from '../report/report-query.ts'
import { UsageReport } from '../report/shown.ts'
import { Acquisition } from '../self/acquire-quota.ts'
import { QuotaQuery } from '../self/own-quotas.ts'
import { Release } from '../self/release-quota.ts'
import type { SELF_ROUTES } from '../self/routes.ts'
import { OwnTenant, QuotaAcquired, QuotaCheck, QuotaReleased, UsageEvent } from '../self/shown.ts'
import { body, type Descriptions, optionalBody } from './description.ts'

const OF_QUOTA = { name: z.string() }
const BAD_BODY = [
  'MalformedRequest',
  'BodyTooLarge',
  'UnsupportedMediaType',
  'InvalidMember',
] as const

export const TENANT_VIEW = {
  'GET /': {
    id: 'getOwnTenant',
    tag: 'Own view',
    summary: 'Tell what is in force for the caller, and whom the caller is taken for',
    params: {},
    answers: { 200: { description: 'Tenant and caller.', schema: OwnTenant } },
    problems: [],
  },
  'GET /usage': {
    id: 'getOwnUsage',
    tag: 'Own view',
    summary: 'Report what the tenant has used, and where the caller’s limits stand',
    detail: 'As the control plane’s report; the limits are those that the caller is under.',
    params: {},
    query: UsageQuery,
    answers: { 200: { description: 'The report.', schema: UsageReport, also: ['text/csv'] } },
    problems: ['InvalidMember'],
  },
  'GET /usage/live': {
    id: 'followOwnUsage',
    tag: 'Own view',
    summary: 'Follow requests as they are settled, as an event stream',
    detail:
      'Events are named `usage`, their data is one entry of the ledger, their id its number. The stream ends by itself after some minutes, with an event `end`; whoever comes back with `Last-Event-ID` misses nothing.',
    params: {},
    headers: ['Last-Event-ID'],
    answers: {
      200: {
        description: 'The stream; the schema is that of the data of one event.',
        media: 'text/event-stream',
        schema: UsageEvent,
      },
    },
    problems: ['InvalidMember'],
  },
  'GET /quotas': {
    id: 'listOwnQuotas',
    tag: 'Own view',
    summary: 'Tell where the named quotas stand',
    params: {},
    query: z.strictObject({}),
    answers: { 200: { description: 'The quotas by name.', schema: QuotaList } },
    problems: ['InvalidMember'],
  },
  'GET /quotas/:name': {
    id: 'checkOwnQuota',
    tag: 'Own view',
    summary: 'Tell where a quota stands, and whether so much could be acquired',
    params: OF_QUOTA,
    query: QuotaQuery,
    answers: { 200: { description: 'The quota. Nothing is changed.', schema: QuotaCheck } },
    problems: ['NotFound', 'InvalidMember'],
  },
  'POST /quotas/:name/acquire': {
    id: 'acquireQuota',
    tag: 'Own view',
    summary: 'Acquire some of a quota, for good or for a time',
    detail: 'An `Idempotency-Key` is the acquisition’s id; repeated, it counts once.',
    params: OF_QUOTA,
    headers: ['Idempotency-Key'],
    body: optionalBody(Acquisition, { amount: 1, lease_seconds: 300 }),
    answers: { 200: { description: 'It is acquired.', schema: QuotaAcquired } },
    problems: ['NotFound', 'QuotaExceeded', ...BAD_BODY],
  },
  'POST /quotas/:name/release': {
    id: 'releaseQuota',
    tag: 'Own view',
    summary: 'Give some of a quota back, by acquisition or by amount',
    detail: 'A suspended tenant may. An acquisition is given back once, however often it is asked.',
    params: OF_QUOTA,
    headers: ['Idempotency-Key'],
    body: body(Release, { amount: 1 }),
    answers: { 200: { description: 'It is released.', schema: QuotaReleased } },
    problems: ['NotFound', 'Conflict', 'QuotaExceeded', ...BAD_BODY],
  },
} as const satisfies Descriptions<typeof SELF_ROUTES>
