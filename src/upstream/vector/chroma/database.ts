/** Exchanges that need the tenant's database: where it turns out to be missing, it is made first. */
import type { Service, ServiceReply, ServiceRequest, VectorRequest } from '../adapter.ts'
import { stringIn } from '../../json-read.ts'
import { chromaProblem } from './errors.ts'
import { databasesPath } from './scope.ts'

type Placed = Pick<VectorRequest, 'space' | 'settings'>

/** Makes the tenant's database; one that is there already is as good. */
export async function createDatabase(service: Service, placed: Placed): Promise<void> {
  const reply = await service.send({
    method: 'POST',
    path: databasesPath(placed),
    body: { json: { name: placed.space.container } },
    writes: true,
  })
  if (!reply.ok && reply.status !== 409) throw chromaProblem(reply)
}

/** Throws Problem for any reply that is not well. */
export async function ask(
  service: Service,
  placed: Placed,
  request: ServiceRequest,
): Promise<ServiceReply> {
  const first = await service.send(request)
  if (first.ok) return first
  if (!saysDatabaseMissing(first, placed)) throw chromaProblem(first)
  await createDatabase(service, placed)
  const second = await service.send(request)
  if (!second.ok) throw chromaProblem(second)
  return second
}

function saysDatabaseMissing({ status, body }: ServiceReply, { space }: Placed): boolean {
  const message = stringIn(body, 'message') ?? ''
  return (status === 400 || status === 404) && message.startsWith(`Database [${space.container}] `)
}
