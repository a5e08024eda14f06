// What `tollgate.config.ts` is told when it is wrong.
import { describe, expect, it } from 'vitest'
import { GatewayConfig } from '../../src/config/gateway.ts'

describe('the name of an upstream', () => {
  const qdrant = { kind: 'qdrant' } as const

  it.each([
    ['admin', 'is the name of a surface of the gateway'],
    ['v1', 'is the name of a surface of the gateway'],
    ['My LLM', 'must be a-z, 0-9 and hyphen, starting with a letter'],
  ])('is refused with the reason: %j', (name, reason) => {
    const { error } = GatewayConfig.safeParse({ upstreams: { [name]: qdrant } })
    expect(error?.issues.map(({ path, message }) => [path, message])).toEqual([
      [['upstreams', name], reason],
    ])
  })
})
