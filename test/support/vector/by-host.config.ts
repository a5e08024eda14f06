/** A deployment whose vector services are at host names of their own, for clients that know no path. */
import { defineGateway } from '../../../src/config/gateway.ts'

export default defineGateway({
  upstreams: {
    // On a machine without names of its own: the gateway is 127.0.0.1, Chroma is localhost.
    chroma: { kind: 'chroma', hosts: ['localhost'] },
  },
})
