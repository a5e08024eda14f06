// Wycheproof's JSON Web Signature vectors against verifyJws. The folder of test data is not part
// of the project: TOLLGATE_SHARED_DATA names it, ../shared/data is the default.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { verifyJws } from '../../../src/identify/jwt/verify-jws.ts'

const FOLDER = join(
  process.env['TOLLGATE_SHARED_DATA'] ?? join(import.meta.dirname, '../../../../shared/data'),
  'wycheproof',
)

const Vectors = z.object({
  testGroups: z.array(
    z.object({
      public: z.unknown().optional(),
      private: z.unknown().optional(),
      tests: z.array(z.object({ tcId: z.int(), jws: z.string() })),
    }),
  ),
})
const Expected = z.object({
  contradictory: z.array(z.int()),
  must_reject: z.array(z.int()),
  must_accept: z.array(z.int()),
  may_reject: z.array(z.int()),
})

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))
}

async function acceptedIds(): Promise<Set<number>> {
  const accepted = new Set<number>()
  for (const group of Vectors.parse(readJson('json_web_signature_test.json')).testGroups) {
    for (const { tcId, jws } of group.tests) {
      const verdict = await verifyJws(jws, group.public ?? group.private)
      if (verdict.ok) accepted.add(tcId)
    }
  }
  return accepted
}

describe.skipIf(!existsSync(FOLDER))(
  'Wycheproof json_web_signature (skips without its data)',
  () => {
    test('rejects 353 of 353 and accepts 40 of 40', async () => {
      const expected = Expected.parse(readJson('gateway_expected.json'))
      const accepted = await acceptedIds()
      expect(expected.must_reject).toHaveLength(353)
      expect(expected.must_accept).toHaveLength(40)
      expect(expected.must_reject.filter((id) => accepted.has(id))).toEqual([])
      expect(expected.must_accept.filter((id) => !accepted.has(id))).toEqual([])
    })

    test('accepts none of the six vectors whose key or spelling a strict verifier refuses', async () => {
      const expected = Expected.parse(readJson('gateway_expected.json'))
      const accepted = await acceptedIds()
      expect(expected.may_reject.filter((id) => accepted.has(id))).toEqual([])
    })
  },
)
