// A real Chroma server with the adapter in front of it, and clients that know no more than its address
// and a credential.
import { AdminClient, ChromaClient } from 'chromadb'
import { chroma } from '../../../../src/upstream/vector/chroma/chroma.ts'
import { type RecordedChroma, startRecordedChroma } from '../../../support/chroma/recorded.ts'
import { type BareGateway, startBareGateway } from '../bare-gateway.ts'

export interface World {
  readonly server: RecordedChroma
  readonly gateway: BareGateway
  /** Through the gateway; `named`: the tenant and database that this client speaks of. */
  client(tenant: string, named?: { tenant?: string; database?: string }): ChromaClient
  /** Straight at the server, in a database made for it. */
  straight(database: string): Promise<ChromaClient>
  close(): Promise<void>
}

export async function startWorld(binding: string): Promise<World> {
  const server = await startRecordedChroma(binding)
  const gateway = await startBareGateway(chroma, { url: server.url, key: server.token })
  return {
    server,
    gateway,
    client: (tenant, named = {}) => new ChromaClient({ ...placeOf(gateway.url, tenant), ...named }),
    async straight(database) {
      const place = placeOf(server.url, server.token)
      await new AdminClient(place).createDatabase({ name: database, tenant: 'default_tenant' })
      return new ChromaClient({ ...place, database })
    },
    async close() {
      await gateway.close()
      await server.close()
    },
  }
}

export function placeOf(url: string, token: string) {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port), ssl: false, headers: { 'x-chroma-token': token } }
}
