/**
 * Namespaces: the tenant boundary. Without a last segment it is the tenant's default one, called ''
 * as the service calls the index's own, which is never touched.
 */
import type { TenantSpace } from '../tenant-space.ts'
import type { VectorOperation, VectorRead, VectorRequest } from '../adapter.ts'
import { MAX_NAMESPACE_CHARACTERS } from './bounds.ts'

export interface Namespace {
  /** What clients are told, and what the account calls it; '' for the default one. */
  readonly name: string
  /** At the service. */
  readonly physical: string
}

export const DEFAULT_NAME = ''

/** null when it would be longer at the service than a name may be. */
export function namespaceOf(space: TenantSpace, name: string): Namespace | null {
  const physical = space.physical(name)
  return physical.length > MAX_NAMESPACE_CHARACTERS ? null : { name, physical }
}

type ReadNamespace = (
  namespace: Namespace,
  request: VectorRequest,
) => VectorRead | Promise<VectorRead>

interface Command extends Pick<VectorOperation, 'name' | 'access' | 'body'> {
  /** First segment of its path. */
  readonly command: string
  readonly methods?: readonly VectorOperation['method'][]
}

/**
 * A command in a namespace, and the same in the default one. POST, as official clients send them; a
 * command without a body of its own may come by what the documentation names as well.
 */
export function inNamespaces(command: Command, read: ReadNamespace): readonly VectorOperation[] {
  const paths = [`/${command.command}`, `/${command.command}/{namespace}`]
  return paths.flatMap((path) => operations(command, path, readAt(read)))
}

export function operations(
  { name, access, body, methods = ['POST'] }: Omit<Command, 'command'>,
  path: string,
  read: VectorOperation['read'],
): readonly VectorOperation[] {
  return methods.map((method) => ({ name, method, path, access, body, read }))
}

export function readAt(read: ReadNamespace): VectorOperation['read'] {
  return (request) => {
    const namespace = namespaceOf(request.space, request.params['namespace'] ?? DEFAULT_NAME)
    if (namespace !== null) return read(namespace, request)
    const detail =
      `The namespace is too long: at the service it may have ${MAX_NAMESPACE_CHARACTERS} ` +
      `characters, and each but a-z, 0-9, '.', '_' and '-' takes three or more.`
    return { ok: false, bad: { status: 400, detail, param: 'namespace' } }
  }
}
