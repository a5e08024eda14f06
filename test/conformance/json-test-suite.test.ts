import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { crowd } from '../support/crowd.ts'
import { useGateway } from '../support/stage-set.ts'

// JSONTestSuite by Nicolas Seriot (MIT), each file sent as a body through the whole gateway.
const shared =
  process.env['TOLLGATE_SHARED_DATA'] ?? join(import.meta.dirname, '../../../shared/data')
const folder = join(shared, 'jsontestsuite', 'test_parsing')
const files = existsSync(folder) ? readdirSync(folder) : []
if (files.length === 0) console.warn(`JSONTestSuite is not in ${folder}: its tests are skipped`)

const set = useGateway()

/** Answers by file name, for the files that begin with `prefix`. */
async function answers(prefix: string): Promise<Map<string, number>> {
  const { url, admin } = set.gateway
  const { key } = await admin.createTenant()
  const chosen = files.filter((name) => name.startsWith(prefix))
  const statuses = await crowd(chosen.length, 8, async (index) => {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: new Uint8Array(readFileSync(join(folder, chosen[index] ?? ''))),
    })
    await answer.text()
    return answer.status
  })
  return new Map(chosen.map((name, index) => [name, statuses[index] ?? 0]))
}

describe.skipIf(files.length === 0)('JSONTestSuite through the gateway', () => {
  it('answers 400 to each of the 188 texts that are not JSON', async () => {
    const statuses = await answers('n_')
    expect(statuses.size).toBe(188)
    expect([...statuses].filter(([, status]) => status !== 400)).toEqual([])
  })

  it('reads each of the 95 texts that are JSON, and refuses what is no request in them', async () => {
    const statuses = await answers('y_')
    expect(statuses.size).toBe(95)
    expect([...statuses].filter(([, status]) => status !== 400 && status !== 422)).toEqual([])
  })

  it('never fails on the 35 texts that a parser may take either way', async () => {
    const statuses = await answers('i_')
    expect(statuses.size).toBe(35)
    expect([...statuses].filter(([, status]) => status >= 500)).toEqual([])
  })

  it('has forwarded none of them', () => {
    expect(set.upstream.log.calls).toEqual([])
  })
})
