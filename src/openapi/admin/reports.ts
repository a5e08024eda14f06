/** What the reference says of the routes of usage, quotas, budgets and the ledger. */
import * as z from 'zod'
import { LedgerQuery } from '../../admin/ledger.ts'
import { BudgetResetInput, BUDGETS } from '../../admin/reset-budget.ts'
import type { ADMIN_ROUTES } from '../../admin/routes.ts'
import { BudgetReset, QuotaList, QuotaRecount } from '../../admin/shown.ts'
import { UsageQuery } from '../../report/report-query.ts'
import { LedgerPage } from '../../ledger/shown-entry.ts'
import { UsageReport } from '../../report/shown.ts'
import { type Descriptions, optionalBody } from '../description.ts'
import { BAD_BODY, NO_TENANT, OF_TENANT, OF_SERVICES } from './problems.ts'

const BudgetName = z.enum(BUDGETS.map(({ id }) => id))

export const REPORTS = {
  'GET /tenants/:id/usage': {
    id: 'getUsage',
    tag: 'Reports',
    summary: 'Report what a tenant has used, and where its limits stand',
    detail:
      'Both dates are the tenant’s own and included. At most 93 days by model, user or key, 400 otherwise. `Accept: text/csv` asks for CSV as `format` does.',
    params: OF_TENANT,
    query: UsageQuery,
    answers: {
      200: { description: 'The report.', schema: UsageReport, also: ['text/csv'] },
    },
    problems: [...NO_TENANT, 'InvalidMember'],
  },
  'GET /tenants/:id/quotas': {
    id: 'getQuotas',
    tag: 'Reports',
    summary: 'Tell where the named quotas stand',
    params: OF_TENANT,
    answers: { 200: { description: 'The quotas by name.', schema: QuotaList } },
    problems: NO_TENANT,
  },
  'POST /tenants/:id/quotas/recount': {
    id: 'recountQuotas',
    tag: 'Reports',
    summary: 'Count anew what the tenant has on vector services',
    detail:
      'Asks every service, and puts what it says where the account has upper bounds of what was written.',
    params: OF_TENANT,
    answers: { 200: { description: 'What was counted.', schema: QuotaRecount } },
    problems: [...NO_TENANT, ...OF_SERVICES],
  },
  'POST /tenants/:id/budgets/:name/reset': {
    id: 'resetBudget',
    tag: 'Reports',
    summary: 'Begin a budget anew within its running day or month',
    detail: 'What it had used stays in the reports, and what was taken away stands in the ledger.',
    params: { ...OF_TENANT, name: BudgetName },
    body: optionalBody(BudgetResetInput, { reason: 'a gift' }),
    answers: { 200: { description: 'Where the budget stands.', schema: BudgetReset } },
    problems: [...NO_TENANT, ...BAD_BODY],
  },
  'GET /tenants/:id/ledger': {
    id: 'getLedger',
    tag: 'Reports',
    summary: 'Read the ledger in order, a page at a time',
    params: OF_TENANT,
    query: LedgerQuery,
    answers: { 200: { description: 'A page.', schema: LedgerPage } },
    problems: [...NO_TENANT, 'InvalidMember'],
  },
} as const satisfies Partial<Descriptions<typeof ADMIN_ROUTES>>
