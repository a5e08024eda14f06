/**
 * The operations of vector services, read from the adapters themselves. Their bodies and answers are
 * the service's own, and docs/vector.md tells what is refused: here stands only that they are offered.
 */
import type { VectorAdapter, VectorOperation } from '../upstream/vector/adapter.ts'
import { vectorAdapters } from '../upstream/vector/registry.ts'
import type { Tag } from './description.ts'
import type { Parameter, PathItem, PathOperation } from './format.ts'
import { tenantSecurity } from './security.ts'

export const VECTOR_TAG = 'Vector services' satisfies Tag

interface Offered {
  readonly kind: VectorAdapter['kind']
  readonly path: string
  readonly operation: VectorOperation
  readonly id: string
}

export function vectorServicePaths(): Readonly<Record<string, PathItem>> {
  const offered = vectorAdapters().flatMap(offeredBy)
  const byPath = Map.groupBy(offered, ({ path }) => path)
  return Object.fromEntries(
    Array.from(byPath, ([path, there]) => {
      const byMethod = Map.groupBy(there, ({ operation }) => operation.method)
      const item = Array.from(byMethod, ([method, same]): [string, PathOperation] => [
        method.toLowerCase(),
        show(path, same),
      ])
      return [path, Object.fromEntries(item)]
    }),
  )
}

function offeredBy({ kind, operations }: VectorAdapter): Offered[] {
  return operations.map((operation): Offered => {
    const { name, method, path } = operation
    const isOnlyOne = operations.filter((each) => each.name === name).length === 1
    const names = paramsOf(path)
    const id = isOnlyOne ? [kind, name] : [kind, name, method.toLowerCase(), ...names]
    return { kind, path: `/{upstream}${path}`, operation, id: id.join('.') }
  })
}

function show(path: string, offered: readonly Offered[]): PathOperation {
  const [first] = offered
  if (first === undefined) throw new RangeError('a path without an operation')
  const { body } = first.operation
  const media = body === 'lines' ? 'application/x-ndjson' : 'application/json'
  return {
    operationId: offered.map(({ id }) => id).join('.'),
    tags: [VECTOR_TAG],
    summary: offered.map(summaryOf).join('; '),
    security: tenantSecurity,
    parameters: ['upstream', ...paramsOf(path.replace('{upstream}', ''))].map(
      (name): Parameter => ({ name, in: 'path', required: true, schema: { type: 'string' } }),
    ),
    ...(body === 'none'
      ? {}
      : { requestBody: { required: body !== 'optional', content: { [media]: {} } } }),
    responses: {
      '200': { description: 'As the service’s API answers.' },
      default: { $ref: '#/components/responses/AnyProblem' },
    },
  }
}

function summaryOf({ kind, operation: { name, access } }: Offered): string {
  return `${kind} ${name} (${access})`
}

function paramsOf(path: string): string[] {
  return Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name = '']) => name)
}
