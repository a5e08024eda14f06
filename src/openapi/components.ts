/** Schemas that have a name in the document: all bodies and answers, and what several of them share. */
import * as z from 'zod'
import { KeyCreation } from '../admin/keys/create-key.ts'
import { PlanChange } from '../admin/plans/change-plan.ts'
import { PlanCreation } from '../admin/plans/create-plan.ts'
import { TenantMove } from '../admin/plans/move-tenants.ts'
import * as plans from '../admin/plans/shown.ts'
import { BudgetResetInput } from '../admin/reset-budget.ts'
import { KeyRotation } from '../admin/keys/rotate-key.ts'
import * as admin from '../admin/shown.ts'
import { TenantChange, TenantCreation } from '../admin/tenants/tenant-input.ts'
import { TransitionInput } from '../admin/tenants/transition.ts'
import { UserInput } from '../admin/users.ts'
import * as entries from '../ledger/shown-entry.ts'
import * as ledger from '../report/shown.ts'
import { ProblemBody } from '../problem/shown.ts'
import { Acquisition } from '../self/acquire-quota.ts'
import { Release } from '../self/release-quota.ts'
import { OwnTenant, QuotaAcquired, QuotaCheck, QuotaReleased } from '../self/shown.ts'
import { LimitsInput, QuotasInput } from '../tenant/limits.ts'
import { PolicyInput } from '../tenant/policy-input.ts'
import { QuotaStanding, ShownLimits, ShownPolicy } from '../tenant/shown.ts'
import type { JsonSchema } from './format.ts'
import { Alive, AnyDocument, NotReady, Ready } from './public.ts'

const INPUTS = {
  TenantCreation,
  TenantChange,
  TransitionInput,
  KeyCreation,
  KeyRotation,
  UserInput,
  BudgetResetInput,
  PlanCreation,
  PlanChange,
  TenantMove,
  Acquisition,
  Release,
  LimitsInput,
  QuotasInput,
  PolicyInput,
}

const ANSWERS = {
  ...admin,
  ...plans,
  ...ledger,
  ...entries,
  OwnTenant,
  QuotaAcquired,
  QuotaCheck,
  QuotaReleased,
  QuotaStanding,
  ShownLimits,
  ShownPolicy,
  Alive,
  Ready,
  NotReady,
  AnyDocument,
  Problem: ProblemBody,
}

const NAMES = new Map<z.ZodType, string>(
  [...Object.entries(INPUTS), ...Object.entries(ANSWERS)].map(([name, schema]) => [schema, name]),
)

/** A reference to the component. Throws RangeError for a schema that has no name. */
export function refTo(schema: z.ZodType): JsonSchema {
  const name = NAMES.get(schema)
  if (name === undefined) throw new RangeError('a body or an answer is no component')
  return { $ref: uriOf(name) }
}

export function componentSchemas(): Readonly<Record<string, JsonSchema>> {
  return { ...convert(INPUTS, 'input'), ...convert(ANSWERS, 'output') }
}

/** A schema that is told in its place: of a parameter. Its members, where it is an object. */
export function inlineSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...converted } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => tidy(jsonSchema),
  })
  return converted
}

function convert(
  named: Readonly<Record<string, z.ZodType>>,
  io: 'input' | 'output',
): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: uriOf,
    override: ({ jsonSchema }) => tidy(jsonSchema),
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _, $id: __, ...own } = schema
      return [name, own]
    }),
  )
}

function uriOf(name: string): string {
  return `#/components/schemas/${name}`
}

/** Says the same in fewer words. */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  // The format says it; zod's pattern knows every leap year.
  if (schema.format === 'date-time' || schema.format === 'date') delete schema.pattern
  // Of TypeScript, not of the wire.
  delete schema.readOnly
  // What is read from text has its default after reading.
  if (schema.type === 'string' && typeof schema.default === 'number') {
    schema.default = String(schema.default)
  }
}
