/**
 * One exchange with Weaviate in the tenant's part of the classes. Where that part is missing it is
 * made, and the request repeated once: the server has done nothing of it.
 */
import { Problem } from '../../../problem/problem.ts'
import type { Service } from '../adapter.ts'
import type { ServiceReply, ServiceRequest } from '../service.ts'
import type { Home } from './classes.ts'
import { lacksTenant, textsOf, weaviateProblem } from './words.ts'

async function send(service: Service, home: Home, request: ServiceRequest): Promise<ServiceReply> {
  const reply = await service.send(request)
  // An answer to HEAD cannot say why.
  const isLacking =
    request.method === 'HEAD' ? reply.status === 422 : lacksTenant(textsOf(reply.body))
  if (!isLacking) return reply
  await prepareTenant(service, home)
  return service.send(request)
}

/** The same; throws Problem for whatever is no success. */
export async function ask(
  service: Service,
  home: Home,
  request: ServiceRequest,
): Promise<ServiceReply> {
  const reply = await send(service, home, request)
  if (!reply.ok) throw weaviateProblem(reply)
  return reply
}

/** Gives the tenant its part of each declared class; one that it has stays as it is. */
export async function prepareTenant(service: Service, { space, settings }: Home): Promise<void> {
  for (const className of settings.classes) {
    if (await hasTenant(service, space.tenant, className)) continue
    const reply = await service.send({
      method: 'POST',
      path: ['v1', 'schema', className, 'tenants'],
      body: { json: [{ name: space.tenant }] },
      writes: true,
    })
    if (reply.status === 404 || reply.status === 422) throw notSetUp()
    if (!reply.ok) throw weaviateProblem(reply)
  }
}

function notSetUp(): Problem {
  const detail = 'A class that is declared here is not one with tenants at the service.'
  return new Problem('UpstreamFailed', detail, { retryable: false })
}

/** Whether the tenant has a part of the class. Throws Problem when the server does not say. */
export async function hasTenant(
  service: Service,
  tenant: string,
  className: string,
): Promise<boolean> {
  const path = ['v1', 'schema', className, 'tenants', tenant]
  const reply = await service.send({ method: 'HEAD', path, writes: false })
  // 422: the class is not one that has tenants.
  if (!reply.ok && reply.status !== 404 && reply.status !== 422) throw weaviateProblem(reply)
  return reply.ok
}
