/** What a caller is told when the account refuses: which limit, how full, and when to come back. */
import { formatUsd } from '../price/nano-usd.ts'
import { Problem, type ProblemMembers } from '../problem/problem.ts'
import type { TenantConfig } from '../tenant/tenant.ts'
import type { Refusal } from '../account/answers.ts'
import { readLimitId } from '../account/limits/demand.ts'

export function refusalProblem(refusal: Refusal, { tenant }: TenantConfig): Problem {
  const { name, scope } = readLimitId(refusal.id)
  const money = name.startsWith('usd_')
  const amount = (value: number) => (money ? formatUsd(value) : value)
  const inWords = (value: number) => (money ? `$${formatUsd(value)}` : String(value))
  const { used, held, limit, asked, retryAfterMs, resetsAtMs } = refusal
  const full = `${inWords(used + held)} of ${inWords(limit)}`
  const members: ProblemMembers = {
    limit: name,
    scope,
    used: amount(used + held),
    max: amount(limit),
    retryable: retryAfterMs !== null,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(resetsAtMs === null ? {} : { resets_at: new Date(resetsAtMs).toISOString() }),
  }
  switch (refusal.reason) {
    case 'rate':
      return retryAfterMs === null
        ? new Problem(
            'RateLimited',
            `This request weighs ${asked}, more than ${name} of tenant '${tenant}' ever allows (${limit}).`,
            {
              ...members,
              remedy: 'Send less input, ask for less output, or have the limit raised.',
            },
          )
        : new Problem('RateLimited', `Tenant '${tenant}' has used ${full} of ${name}.`, {
            ...members,
            remedy: 'Wait for the time in Retry-After.',
          })
    case 'concurrency':
      return new Problem(
        'QuotaExceeded',
        `Tenant '${tenant}' has ${used}/${limit} requests in flight.`,
        { ...members, remedy: 'Wait for one of them to end, or have max_concurrency raised.' },
      )
    case 'quota': {
      const things = name.replace(/^max_/, '').replaceAll('_', ' ')
      const more = asked > 1 ? ` and asked for ${asked} more` : ''
      return new Problem(
        'QuotaExceeded',
        `Tenant '${tenant}' has ${used}/${limit} ${things}${more}. Upgrade the plan or release some.`,
        { ...members, remedy: `Release some, or have ${name} raised by the platform.` },
      )
    }
    case 'in_flight':
      return new Problem(
        'InFlightBudget',
        `Tenant '${tenant}' has used ${inWords(used)} of ${inWords(limit)} of ${name}, and requests in flight hold ${inWords(held)} more.`,
        { ...members, remedy: 'Wait for them to end: what they do not use is given back.' },
      )
    case 'budget':
      return new Problem(
        'BudgetExhausted',
        `Tenant '${tenant}' has used ${full} of ${name}; this request could take ${inWords(asked)}.`,
        {
          ...members,
          remedy: 'Ask for less output, wait until the budget resets, or have it raised.',
        },
      )
  }
}
