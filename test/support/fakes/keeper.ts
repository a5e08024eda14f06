// The keeper of a gateway that stands before no vector service.
import { systemClock } from '../../../src/clock.ts'
import { secureRandom } from '../../../src/random.ts'
import { createMemoryStore } from '../../../src/store/memory.ts'
import { openVectors } from '../../../src/upstream/vector/vectors.ts'

export const { keeper: NO_SERVICES } = openVectors({
  store: createMemoryStore(systemClock),
  clock: systemClock,
  randomBytes: secureRandom,
  fetch: (url) => Promise.reject(new Error(`nothing was to be fetched from ${url}`)),
  log: { warn: () => undefined, error: () => undefined },
  vectors: [],
  handleSecret: new Uint8Array(32),
  config: { vector_prefix: 'tenant_' },
})
