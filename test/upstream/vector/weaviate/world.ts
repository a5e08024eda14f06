// The stand-in for Weaviate with classes declared, and a bare gateway in front of it.
import weaviateClient, { ApiKey, type WeaviateClient } from 'weaviate-ts-client'
import { weaviate } from '../../../../src/upstream/vector/weaviate/weaviate.ts'
import { startWeaviate, type WeaviateStandIn } from '../../../support/weaviate/weaviate.ts'
import { type BareGateway, startBareGateway } from '../bare-gateway.ts'
import { declareClasses, WEAVIATE_CLASSES } from './life.ts'

export interface World {
  readonly standIn: WeaviateStandIn
  readonly gateway: BareGateway
  /** The operator's own client, straight at the server. */
  readonly operator: WeaviateClient
  /** A tenant's, through the gateway. */
  client(tenant: string): WeaviateClient
  close(): Promise<void>
}

export const CLASSES = WEAVIATE_CLASSES.map((each) => each.class)

/** `tenants`: made in each class beforehand; others find that they are missing. */
export async function openWorld(tenants: readonly string[], mount = '/weaviate'): Promise<World> {
  const standIn = await startWeaviate()
  const operator = weaviateClient.client({
    host: standIn.url,
    apiKey: new ApiKey(standIn.apiKey),
  })
  await declareClasses(operator, tenants)
  const gateway = await startBareGateway(
    weaviate,
    { url: standIn.url, key: standIn.apiKey, settings: { classes: CLASSES } },
    mount,
  )
  return {
    standIn,
    gateway,
    operator,
    client: (tenant) => weaviateClient.client({ host: gateway.url, apiKey: new ApiKey(tenant) }),
    close: async () => {
      await Promise.all([gateway.close(), standIn.close()])
    },
  }
}
