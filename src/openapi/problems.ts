/** Problems in the document: one schema for each code, one response for each set that a route may answer with. */
import { problemType } from '../problem/body.ts'
import { CATALOG, PROBLEM_CODES, type ProblemCode } from '../problem/catalog.ts'
import type { JsonSchema, Ref, Response } from './format.ts'

const PROBLEM = { $ref: '#/components/schemas/Problem' }

export function problemSchemas(): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    PROBLEM_CODES.map((code) => {
      const { status, title, retryable } = CATALOG[code]
      const told = {
        type: { const: problemType(code) },
        title: { const: title },
        status: { const: status },
        code: { const: code },
      }
      const again = retryable ? 'retryable' : 'not retryable'
      const description = `${title}. As a rule ${again}.`
      return [schemaName(code), { description, allOf: [PROBLEM, { properties: told }] }]
    }),
  )
}

/** By status; each code stands under its own. */
export function byStatus(codes: readonly ProblemCode[]): ReadonlyMap<number, ProblemCode[]> {
  const inOrder = PROBLEM_CODES.filter((code) => codes.includes(code))
  return Map.groupBy(inOrder, (code) => CATALOG[code].status)
}

export function problemRef(codes: readonly ProblemCode[]): Ref {
  return { $ref: `#/components/responses/${responseName(codes)}` }
}

export function problemResponse(codes: readonly ProblemCode[]): readonly [string, Response] {
  const refs = codes.map((code) => ({ $ref: `#/components/schemas/${schemaName(code)}` }))
  const [first = PROBLEM] = refs
  const titles = codes.map((code) => `${CATALOG[code].title} (\`${code}\`).`)
  const statuses = codes.map((code): number => CATALOG[code].status)
  const retry = codes.some((code) => CATALOG[code].retryable)
  const headers = {
    'X-Request-Id': headerRef('RequestId'),
    ...(retry ? { 'Retry-After': headerRef('RetryAfter') } : {}),
    ...(statuses.includes(401) ? { 'WWW-Authenticate': headerRef('Authenticate') } : {}),
  }
  const schema = refs.length > 1 ? { oneOf: refs } : first
  const content = { 'application/problem+json': { schema } }
  return [responseName(codes), { description: titles.join(' '), headers, content }]
}

export function headerRef(name: string): Ref {
  return { $ref: `#/components/headers/${name}` }
}

function schemaName(code: ProblemCode): string {
  return `${code}Problem`
}

function responseName(codes: readonly ProblemCode[]): string {
  return codes.join('Or')
}
