/**
 * What members of input mean, in words. It stands apart from the schemas that validate, because those
 * are in the Worker and words are not. A member that there is not does not compile.
 */
import * as z from 'zod'
import { KeyCreation } from '../admin/keys/create-key.ts'
import { ErasureQuery } from '../admin/tenants/erase-tenant.ts'
import { LedgerQuery } from '../admin/ledger.ts'
import { TenantsQuery } from '../admin/tenants/list-tenants.ts'
import { PlanDeletionQuery } from '../admin/plans/delete-plan.ts'
import { TenantMove } from '../admin/plans/move-tenants.ts'
import { KeyRotation } from '../admin/keys/rotate-key.ts'
import { TenantChange } from '../admin/tenants/tenant-input.ts'
import { TransitionInput } from '../admin/tenants/transition.ts'
import { UserInput } from '../admin/users.ts'
import { PlanConfig } from '../config/plans.ts'
import { UsageQuery } from '../report/report-query.ts'
import { Acquisition } from '../self/acquire-quota.ts'
import { QuotaQuery } from '../self/own-quotas.ts'
import { Release } from '../self/release-quota.ts'
import { LimitsInput, QuotasInput } from '../tenant/limits.ts'
import { PolicyInput } from '../tenant/policy-input.ts'

const USD = 'Decimal USD, such as `"10.00"`, with at most 9 places.'
const METADATA = 'Any JSON object of at most 16 KiB; replaced whole.'

/** To be called before schemas are converted; calling it again changes nothing. */
export function explainInputs(): void {
  // Members are shared with TenantCreation.
  explain(TenantChange, {
    name: 'For people.',
    plan: 'One that there is.',
    timezone: 'IANA name, such as `Europe/Berlin`: days and months are cut in it.',
    retention_days: 'How long data is kept once the tenant is archived.',
    metadata: METADATA,
    inherit:
      'Overrides to take back, such as `limits.requests_per_minute`: they are the plan’s again. None of them may be given a value as well.',
  })
  explain(LimitsInput, { usd_per_day: USD, usd_per_month: USD })
  z.globalRegistry.add(LimitsInput, {
    description: 'Absent: the plan’s. `null`: unlimited. `0`: nothing is allowed.',
  })
  z.globalRegistry.add(QuotasInput, {
    description:
      'Levels by any name of `a-z`, `0-9` and `_`, 50 at most. `null`: unlimited. `0`: nothing.',
  })
  explain(PolicyInput, {
    allowed_models: 'Globs over names of models; none listed allows none.',
    default_model: 'For requests that name none; `null`: they are refused.',
    allowed_tools: 'Names of tools that requests may declare; `null`: any.',
    max_context_tokens: 'The expected input, the system prompt included; `null`: no cap.',
    max_output_tokens: 'The cap, and the default of a request that names none.',
    system_prompt: 'Instructions that go before the client’s own; not blank.',
    prompt_guard: 'What is done about well-known injection phrases.',
    low_budget: 'Refuse, or lower the output cap to what the budget allows.',
  })
  explain(PlanConfig, {
    features: 'Shown at `GET /tenant` and read nowhere; 100 at most.',
    retention_days: 'How long data is kept once a tenant is archived.',
  })
  explain(KeyCreation, {
    user: 'Who owns the key inside the tenant; `null`: nobody in particular.',
    scopes: '`*` is everything of the data plane and of the own view.',
    ip_allow: 'Addresses and CIDR ranges without host bits; none: from anywhere.',
    expires_at: 'In the future; `null`: never.',
  })
  explain(KeyRotation, { grace_seconds: 'How long the old key works on.' })
  explain(TransitionInput, { reason: 'For the ledger.' })
  explain(UserInput, { limits: 'Absent: the tenant’s default. `null`: unlimited.' })
  explain(TenantMove, { from: 'Need not be a plan any more.' })
  explain(Acquisition, {
    lease_seconds: 'After so long it is given back by itself; absent: it is held until released.',
  })
  explain(Release, { acquisition: 'Its id. Either this or `amount`.' })
  // The one rule between members that a JSON schema can say.
  z.globalRegistry.add(Release, {
    oneOf: [{ required: ['acquisition'] }, { required: ['amount'] }],
  })
  explain(TenantsQuery, {
    status: 'Only those in this state.',
    plan: 'Only those on this plan.',
    cursor: 'The `next_cursor` of the page before.',
    limit: 'How many at most: 1 to 500; 100 where absent.',
  })
  explain(LedgerQuery, {
    after: 'The entries after this number: the `next_cursor` of the page before.',
  })
  explain(ErasureQuery, { force: 'Also a tenant that is not archived.' })
  explain(PlanDeletionQuery, { fallback: 'The plan that its tenants get.' })
  explain(UsageQuery, {
    from: 'A local date, or a time that stands for its day; 30 days before `to` where absent.',
    to: 'Included; today where absent.',
    by: 'What groups are made by.',
    format: 'JSON where absent.',
  })
  explain(QuotaQuery, { amount: 'How much is asked about.' })
}

function explain<Shape extends Readonly<Record<string, z.ZodType>>>(
  { shape }: { readonly shape: Shape },
  words: { readonly [Name in keyof Shape]?: string },
): void {
  for (const [name, member] of Object.entries(shape)) {
    const description = words[name]
    if (description !== undefined) z.globalRegistry.add(member, { description })
  }
}
