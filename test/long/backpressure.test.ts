import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { chat } from '../support/call-gateway.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway()

const MEGABYTE = 1_000_000
const STREAM_BYTES = 50 * MEGABYTE
const GROWTH_BYTES = 4 * MEGABYTE
/** Until the system's own socket buffers on the way are full; they are the system's, not the gateway's. */
const FILLING_S = 5
const READING_S = 15

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024
}

it.skipIf(process.platform !== 'linux')(
  'a client that reads 1 KB a second holds the upstream back; nothing piles up in the gateway',
  async () => {
    const { gateway, upstream } = set
    const { id, key } = await gateway.admin.createTenant()
    // Once at full speed, so that what is measured later is no first growth.
    const script = { piece: 'x'.repeat(4_000), output: STREAM_BYTES / 4_000, ignoreCap: true }
    const warm = await chat(gateway.url, key, { stream: true, script })
    for await (const _ of warm.body ?? []);
    await gateway.admin.quiet(id)

    const leaving = new AbortController()
    const slow = { ...script, id: 'slow' }
    const { signal } = leaving
    const answer = await chat(gateway.url, key, { stream: true, script: slow, signal })
    const reader = answer.body?.getReader({ mode: 'byob' })
    const before = residentBytes(gateway.pid)
    const sent: number[] = []
    for (let second = 0; second < READING_S; second++) {
      await reader?.read(new Uint8Array(1_000))
      await pause(1_000)
      sent.push(upstream.log.of('slow')[0]?.bytesSent ?? 0)
    }
    expect(upstream.log.of('slow')[0]?.ended).toBe('open')
    const [filled = 0, last = STREAM_BYTES] = [sent[FILLING_S], sent.at(-1)]
    expect(last).toBeLessThan(STREAM_BYTES / 2)
    expect(last - filled).toBeLessThan(MEGABYTE)
    expect(residentBytes(gateway.pid) - before).toBeLessThan(GROWTH_BYTES)
    leaving.abort()
    await gateway.admin.quiet(id)
  },
)
