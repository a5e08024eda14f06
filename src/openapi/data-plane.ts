/**
 * The operations that are forwarded, read from the adapters themselves. Their bodies and answers are
 * the provider's own and are described by it, not here.
 */
import type { Adapter, Operation } from '../upstream/adapter.ts'
import { ADAPTERS } from '../upstream/registry.ts'
import type { Parameter, PathItem, PathOperation } from './format.ts'
import { pathExample } from './parameters.ts'
import { tenantSecurity } from './security.ts'

interface Offered {
  readonly path: string
  readonly face: 'v1' | 'upstream'
  readonly operation: Operation
  readonly kind: string
}

const WITH_BODY = ['POST', 'PUT', 'PATCH']

export function dataPlanePaths(): Readonly<Record<string, PathItem>> {
  const offered = Object.values(ADAPTERS).flatMap(offeredBy)
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

/** `/v1` is the face of the APIs that have a dialect of their own; by its name every upstream is there. */
function offeredBy({ kind, dialect, operations }: Adapter): Offered[] {
  return operations.flatMap((operation): Offered[] => {
    const named = {
      path: `/{upstream}${operation.path}`,
      face: 'upstream',
      operation,
      kind,
    } as const
    const hasFace = dialect !== 'plain' && operation.path.startsWith('/v1/')
    return hasFace ? [{ ...named, path: operation.path, face: 'v1' }, named] : [named]
  })
}

function show(path: string, offered: readonly Offered[]): PathOperation {
  const [first] = offered
  if (first === undefined) throw new RangeError('a path without an operation')
  const { operation, face } = first
  const kinds = offered.map(({ kind }) => kind)
  const where = face === 'v1' ? 'the upstream that serves the model' : 'the upstream of that name'
  const own = operation.kind === 'models'
  return {
    operationId: [face, ...kinds, operation.name].join('.'),
    tags: ['Data plane'],
    summary: `${operation.name} (${kinds.join(', ')})`,
    description: own
      ? `Answered by the gateway in the words of the API that is called. Scope \`${operation.scope}\`.`
      : `Forwarded to ${where}. Bodies and answers are those of the ${kinds.join(' or ')} API; docs/data-plane.md tells what is refused. Scope \`${operation.scope}\`.`,
    security: tenantSecurity,
    ...parametersOf(path),
    ...(WITH_BODY.includes(operation.method)
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { type: 'object' } } },
          },
        }
      : {}),
    responses: {
      '200': {
        description: 'As the provider’s API answers.',
        content: { 'application/json': {} },
      },
      default: { $ref: '#/components/responses/AnyProblem' },
    },
  }
}

function parametersOf(path: string): Pick<PathOperation, 'parameters'> {
  const names = Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name = '']) => name)
  if (names.length === 0) return {}
  return {
    parameters: names.map((name): Parameter => ({
      name,
      in: 'path',
      required: true,
      ...(name === 'upstream' ? { description: 'Its name in the configuration.' } : {}),
      schema: { type: 'string' },
      example: pathExample(path, name),
    })),
  }
}
