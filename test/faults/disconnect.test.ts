import { expect, it } from 'vitest'
import { waitFor } from '../support/admin-client.ts'
import { leaveAtRandom } from '../support/disconnects.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway({ instances: 2 })

it('50 clients leave at a random byte: the upstream stops, what was made is charged, nothing stays held', async () => {
  const outcome = await leaveAtRandom(set, { runs: 50, width: 8, seed: 7 })
  expect(outcome.faults).toEqual([])
  expect(outcome.settled).toBe(50)
})

it('a client that leaves before the answer begins costs what the upstream had done by then', async () => {
  const { admin, url } = set.gateway
  const { id, key } = await admin.createTenant()
  const leaving = new AbortController()
  const asked = fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    signal: leaving.signal,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: `#script:${JSON.stringify({ id, delayMs: 300 })}` }],
    }),
  }).catch(() => null)
  await waitFor('the call to reach the upstream', () =>
    set.upstream.log.of(id).length === 1 ? true : null,
  )
  leaving.abort()
  await asked
  await waitFor('the upstream to end', () => (set.upstream.log.open === 0 ? true : null))
  const [entry] = await admin.settled(id, 1)
  const [call] = set.upstream.log.of(id)
  expect(entry?.output_tokens).toBe(call?.billed.output)
  expect(entry?.input_tokens).toBe(call?.billed.input)
  await admin.quiet(id)
})
