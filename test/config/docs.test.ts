import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import {
  GatewayConfig,
  LlmUpstreamConfig,
  Timeouts,
  VectorUpstreamConfig,
} from '../../src/config/gateway.ts'
import { PlanConfig } from '../../src/config/plans.ts'
import { Env, ObjectBindings, RedisBindings } from '../../src/env.ts'
import { JwtIssuer } from '../../src/identify/jwt/jwt-issuer.ts'
import { Limits, Policy } from '../../src/tenant/tenant.ts'

const page = (name: string) =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')
const configuration = page('configuration')

type Shape = Readonly<Record<string, z.ZodType>>

/** The cells of the row of a table whose first cell names the member. */
function rowOf(section: string, member: string): string[] {
  const rows = section.split('\n').map((line) => line.split(' | ').map((cell) => cell.trim()))
  return rows.find(([first = '']) => new RegExp(`^\\|.*[\`.]${member}[\`.]`).test(first)) ?? []
}

function sectionOf(heading: string): string {
  return configuration.split(/^###? /m).find((section) => section.startsWith(`${heading}\n`)) ?? ''
}

/** As a table writes it; empty where there is none, or none in a word. */
function defaultOf(member: z.ZodType): string {
  const { data } = member.safeParse(undefined)
  if (typeof data === 'number') return data.toLocaleString('en-US')
  return typeof data === 'string' ? `\`${data}\`` : ''
}

describe('docs/configuration.md', () => {
  it.each<[string, string, Shape]>([
    ['the configuration', 'tollgate.config.ts', GatewayConfig.shape],
    ['an upstream', 'tollgate.config.ts', LlmUpstreamConfig.shape],
    ['a vector service', 'Vector services', VectorUpstreamConfig.shape],
    ['a token issuer', 'Token issuers', JwtIssuer.shape],
    ['the bindings', 'Bindings', { ...Env.shape, ...ObjectBindings.shape, ...RedisBindings.shape }],
  ])('names each member of %s, with its default', (_what, heading, shape) => {
    for (const [name, member] of Object.entries(shape)) {
      const row = rowOf(sectionOf(heading), name)
      expect(row.join(' | '), name).not.toBe('')
      expect(row.at(-1), name).toContain(defaultOf(member))
    }
  })

  it('tells the time-outs that are taken where none are given', () => {
    const figures = Object.values(Timeouts.parse(undefined)).map((ms) => ms.toLocaleString('en-US'))
    const row = rowOf(sectionOf('tollgate.config.ts'), 'timeouts')
    for (const name of Object.keys(Timeouts.parse(undefined))) expect(row[1]).toContain(name)
    expect(row.at(-1)).toContain(figures.join(' · '))
  })
})

describe('docs/admin.md', () => {
  it.each([
    ['limit', Limits.shape],
    ['member of a policy', Policy.shape],
    ['member of a plan', PlanConfig.shape],
  ])('names each %s', (_what, shape) => {
    for (const name of Object.keys(shape)) expect(page('admin')).toContain(`\`${name}\``)
  })
})
