/** A deployment in front of a Weaviate whose operator has declared two classes. */
import { defineGateway } from '../../../src/config/gateway.ts'

export default defineGateway({
  upstreams: { weaviate: { kind: 'weaviate', classes: ['Author', 'Poem'] } },
})
