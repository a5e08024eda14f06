import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseJsonObject } from '../../src/upstream/json.ts'

// JSONTestSuite by Nicolas Seriot (MIT): n_ must be refused, y_ must be read, i_ is free.
const shared =
  process.env['TOLLGATE_SHARED_DATA'] ?? join(import.meta.dirname, '../../../shared/data')
const folder = join(shared, 'jsontestsuite', 'test_parsing')
const files = existsSync(folder) ? readdirSync(folder) : []
if (files.length === 0) console.warn(`JSONTestSuite is not in ${folder}: its tests are skipped`)

function outcomes(prefix: string): Map<string, string> {
  const chosen = files.filter((name) => name.startsWith(prefix))
  return new Map(
    chosen.map((name) => {
      const parsed = parseJsonObject(readFileSync(join(folder, name)), { maxDepth: 64 })
      return [name, parsed.ok ? 'accepted' : parsed.detail]
    }),
  )
}

describe.skipIf(files.length === 0)('JSONTestSuite', () => {
  it('refuses each of the 188 texts that are not JSON', () => {
    const refused = outcomes('n_')
    expect(refused.size).toBe(188)
    expect([...refused].filter(([, outcome]) => outcome === 'accepted')).toEqual([])
  })

  it('reads each of the 95 texts that are JSON, or says why a body may not be so', () => {
    const read = outcomes('y_')
    expect(read.size).toBe(95)
    const allowed = new Set(['accepted', 'The body must be a JSON object.'])
    expect([...read].filter(([, outcome]) => !allowed.has(outcome))).toEqual([
      ['y_object_duplicated_key.json', 'The body names a member twice in one object.'],
      ['y_object_duplicated_key_and_value.json', 'The body names a member twice in one object.'],
    ])
  })

  it('answers the 35 texts of free choice without a throw', () => {
    expect(outcomes('i_').size).toBe(35)
  })
})
