// Sends hostile requests through a gateway, one after the other over raw sockets, and notes whatever
// should not have come of one.
import type { RecordedRequest, StandIn } from '../../support/vector/stand-in.ts'
import { sendRaw } from '../../support/raw-http.ts'
import { type BareGateway } from './bare-gateway.ts'
import { type HostileRequest, requestBytes } from './hostile-request.ts'

export interface HostileWorld {
  readonly gateway: BareGateway
  readonly standIn: StandIn
  readonly credential: Readonly<Record<string, string>>
  /** What no answer may hold. */
  readonly secrets: readonly string[]
  /** Everything but the sender's own, as text. */
  others(): Promise<string>
  /** Every name in a request to the service; null for a request that has no business there. */
  readonly namesIn: (request: RecordedRequest) => readonly string[] | null
  /** What the sender's own names begin with at the service. */
  readonly ownPrefix: string
}

export interface HostileOutcome {
  readonly sent: number
  readonly refused: number
  /** Title and what was wrong; there is to be none. */
  readonly breaches: readonly string[]
}

export async function sendHostile(
  world: HostileWorld,
  requests: readonly HostileRequest[],
): Promise<HostileOutcome> {
  const breaches: string[] = []
  const before = await world.others()
  let refused = 0
  for (const request of requests) {
    const seen = world.standIn.requests.length
    const bytes = requestBytes(request, '127.0.0.1', world.credential)
    const { status, text } = await sendRaw(new URL(world.gateway.url).origin, bytes)
    const reached = world.standIn.requests.slice(seen)
    const isRefused = status !== null && status >= 400 && status < 500
    if (isRefused) refused += 1
    const wrong = [
      ...(isRefused || (request.expect === 'own' && status !== null && status < 300)
        ? []
        : [`status ${status}`]),
      ...(isRefused && !isProblem(text) ? ['no problem in the body'] : []),
      ...(request.expect === 'refused' && reached.length > 0 ? ['reached the service'] : []),
      ...reached.flatMap((one) => wrongNames(world, one)),
      ...world.secrets.filter((secret) => text.includes(secret)).map((secret) => `told ${secret}`),
    ]
    if ((await world.others()) !== before) wrong.push('changed what is of others')
    breaches.push(...wrong.map((what) => `${request.title}: ${what}`))
  }
  return { sent: requests.length, refused, breaches }
}

function wrongNames({ namesIn, ownPrefix }: HostileWorld, request: RecordedRequest): string[] {
  const names = namesIn(request)
  if (names === null) return [`sent ${request.method} ${request.target}`]
  return names.filter((name) => !name.startsWith(ownPrefix)).map((name) => `named '${name}'`)
}

/** The HTTP parser in front refuses a few by itself, without a body. */
function isProblem(text: string): boolean {
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  return (
    body === '' || (body.includes('"type":"urn:tollgate:problem:') && body.includes('"error":'))
  )
}
