/** What the reference says of the routes of plans and jobs. */
import * as z from 'zod'
import { PlanChange } from '../../admin/plans/change-plan.ts'
import { PlanCreation } from '../../admin/plans/create-plan.ts'
import { PlanDeletionQuery } from '../../admin/plans/delete-plan.ts'
import { TenantMove } from '../../admin/plans/move-tenants.ts'
import { JobAnswer, JobList, PlanAnswer, PlanChanged, PlanList } from '../../admin/plans/shown.ts'
import type { ADMIN_ROUTES } from '../../admin/routes.ts'
import { PlanName } from '../../config/plans.ts'
import { body, type Descriptions } from '../description.ts'
import { BAD_BODY, REPEATABLE } from './problems.ts'

const OF_PLAN = { name: PlanName }

const change = {
  tag: 'Plans',
  detail:
    'Inside `limits`, `quotas`, `policy` and `features` what is absent stays as it is. The job carries the plan to every tenant that is on it; `{}` carries it as it is.',
  params: OF_PLAN,
  headers: ['If-Match'],
  body: body(PlanChange, { limits: { requests_per_minute: 90 }, features: { sso: true } }),
  answers: {
    202: {
      description: 'The plan as it is now, and the job.',
      schema: PlanChanged,
      headers: ['ETag', 'Location'],
    },
  },
  problems: ['NotFound', 'Conflict', ...BAD_BODY, 'PreconditionFailed'],
} as const

export const PLANS = {
  'GET /plans': {
    id: 'listPlans',
    tag: 'Plans',
    summary: 'List all plans',
    params: {},
    answers: { 200: { description: 'All plans.', schema: PlanList } },
    problems: [],
  },
  'POST /plans': {
    id: 'createPlan',
    tag: 'Plans',
    summary: 'Make a plan',
    detail: 'Members that are absent are those of the plan `free`.',
    params: {},
    headers: ['Idempotency-Key'],
    body: body(PlanCreation, {
      name: 'gold',
      limits: { requests_per_minute: 600, usd_per_month: '500.00' },
    }),
    answers: {
      201: {
        description: 'The plan.',
        schema: PlanAnswer,
        headers: ['ETag', 'Location', 'Idempotent-Replayed'],
      },
    },
    problems: [...REPEATABLE, ...BAD_BODY],
  },
  'POST /plans/move': {
    id: 'moveTenants',
    tag: 'Plans',
    summary: 'Move all tenants of one plan to another',
    params: {},
    headers: ['Idempotency-Key'],
    body: body(TenantMove, { from: 'pro', to: 'enterprise' }),
    answers: {
      202: {
        description: 'The job that moves them.',
        schema: JobAnswer,
        headers: ['Location', 'Idempotent-Replayed'],
      },
    },
    problems: [...REPEATABLE, ...BAD_BODY],
  },
  'GET /plans/:name': {
    id: 'getPlan',
    tag: 'Plans',
    summary: 'Read a plan',
    params: OF_PLAN,
    answers: { 200: { description: 'The plan.', schema: PlanAnswer, headers: ['ETag'] } },
    problems: ['NotFound'],
  },
  'PATCH /plans/:name': {
    id: 'changePlan',
    summary: 'Change the members that are named, and carry the plan to its tenants',
    ...change,
  },
  'PUT /plans/:name': {
    id: 'putPlan',
    summary: 'The same as PATCH',
    ...change,
  },
  'DELETE /plans/:name': {
    id: 'deletePlan',
    tag: 'Plans',
    summary: 'Delete a plan, and move its tenants to another',
    detail: 'Without `fallback` they get the default plan.',
    params: OF_PLAN,
    query: PlanDeletionQuery,
    headers: ['If-Match'],
    answers: {
      202: {
        description: 'The job that moves its tenants.',
        schema: JobAnswer,
        headers: ['Location'],
      },
    },
    problems: ['NotFound', 'Conflict', 'InvalidMember', 'PreconditionFailed'],
  },
  'GET /jobs': {
    id: 'listJobs',
    tag: 'Plans',
    summary: 'List jobs, the newest first',
    params: {},
    answers: { 200: { description: 'All jobs that are kept.', schema: JobList } },
    problems: [],
  },
  'GET /jobs/:id': {
    id: 'getJob',
    tag: 'Plans',
    summary: 'Tell how far a job has come, and carry it on',
    params: { id: z.string() },
    answers: { 200: { description: 'The job.', schema: JobAnswer } },
    problems: ['NotFound'],
  },
} as const satisfies Partial<Descriptions<typeof ADMIN_ROUTES>>
