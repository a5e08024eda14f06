// Each operation as the document has it, asked of the gateway: what the document calls right is
// accepted and answered as it says, and what it calls wrong is refused.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RequestHeader } from '../../src/openapi/description.ts'
import { document, faultOf } from './against-document.ts'
import { mutationsOf } from './mutations.ts'
import { all, openWorld, type World } from './world.ts'

const cases = all.map((operation) => [operation.id, operation] as const)
const withBody = cases.flatMap(([id, operation]) =>
  operation.body === undefined ? [] : [[id, { operation, ...operation.body }] as const],
)
const withQuery = cases.flatMap(([id, operation]) =>
  operation.query === undefined ? [] : [[id, { operation, query: operation.query }] as const],
)

/** Where the server knows more than a schema can say: what exists, what is a date to come, and the like. */
const NOT_IN_SCHEMAS = [
  'timezone',
  'plan',
  'to',
  'inherit',
  'ip_allow',
  'expires_at',
  'usd_per_day',
  'usd_per_month',
]

const refused = ({ status }: Response) => status === 400 || status === 422

function schemaOf(id: string): object {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item))
  const found = operations.find(({ operationId }) => operationId === id)
  return found?.requestBody?.content['application/json']?.schema ?? {}
}

describe('the example of each operation', () => {
  it.each(cases)('%s is answered as documented', async (_, operation) => {
    const { ask } = await openWorld()
    const response = await ask(operation, operation.body?.example)
    expect(String(response.status)).toBe(Object.keys(operation.answers)[0])
    const text = await textOf(response)
    const { schema, media } = operation.answers[response.status] ?? {}
    if (schema === undefined || media !== undefined) return
    expect(schema.safeParse(JSON.parse(text)).error).toBeUndefined()
  })

  it.each(withBody)('%s is right by its own schema', (id, { example }) => {
    expect(faultOf(schemaOf(id), example)).toBeNull()
  })

  it.each(withBody.filter(([, { optional }]) => optional))(
    '%s may be asked without a body, as is documented',
    async (_, { operation }) => {
      const { ask } = await openWorld()
      expect((await ask(operation)).status).toBeLessThan(300)
    },
  )

  it.each(withBody.filter(([, { optional }]) => !optional))(
    '%s is refused without a body, as is documented',
    async (_, { operation }) => {
      const { ask } = await openWorld()
      expect([400, 415]).toContain((await ask(operation)).status)
    },
  )
})

const MANY_BYTES = 300_000

describe('a body', () => {
  it.each(withBody)('of %s is refused by its size, and by its media type', async (_, each) => {
    const { ask } = await openWorld()
    const large = await ask(each.operation, { x: 'x'.repeat(MANY_BYTES) })
    const headers = { 'content-type': 'text/plain' }
    const plain = await ask(each.operation, each.example, { headers })
    expect([large.status, plain.status]).toEqual([413, 415])
  })
})

const taking = (name: RequestHeader) =>
  cases.filter(([, { headers = [] }]) => headers.includes(name))

describe('a header that is documented', () => {
  it.each(taking('If-Match'))('of %s guards against lost updates', async (_, operation) => {
    const { ask } = await openWorld()
    const headers = { 'if-match': '"another"' }
    expect((await ask(operation, operation.body?.example, { headers })).status).toBe(412)
  })

  it.each(taking('Idempotency-Key'))('of %s makes it count once', async (_, operation) => {
    const { ask } = await openWorld()
    const headers = { 'idempotency-key': 'k-1' }
    const first = await ask(operation, operation.body?.example, { headers })
    const again = await ask(operation, operation.body?.example, { headers })
    expect(first.status).toBeLessThan(300)
    expect([again.status, await again.text()]).toEqual([first.status, await first.text()])
    const isAdmin = operation.access === 'admin'
    expect(again.headers.get('idempotent-replayed')).toBe(isAdmin ? 'true' : null)
  })
})

describe('a body with one thing changed', () => {
  it.each(withBody)('%s is refused by the server where the schema refuses it', async (id, each) => {
    const schema = schemaOf(id)
    const world = await openWorld()
    const seen = { refused: 0, accepted: 0 }
    await fc.assert(
      fc.asyncProperty(mutationsOf(each.example as object), async ({ body, at }) => {
        const isWrong = faultOf(schema, body) !== null
        const isRefused = refused(await world.ask(each.operation, body))
        seen[isWrong ? 'refused' : 'accepted'] += 1
        // What the schema lets through may still be refused, where only the server can judge it.
        const mayBeEither = !isWrong && isBeyond(at)
        expect([body, isRefused]).toEqual([body, mayBeEither ? isRefused : isWrong])
      }),
      { numRuns: 100 },
    )
    expect(seen.refused).toBeGreaterThan(5)
  })
})

/** Whether the change is of something that only the server can judge. */
function isBeyond(at: readonly (string | number)[]): boolean {
  return at.some((name) => NOT_IN_SCHEMAS.includes(String(name)))
}

const VALUES = [
  '',
  '0',
  '-1',
  '1',
  '501',
  'x',
  'true',
  'json',
  'day',
  'ACTIVE',
  'Acme',
  '2026-01-31',
]
const MORE_THAN_A_FORM = ['limit', 'from', 'to', 'fallback']

describe('a query', () => {
  it.each(withQuery)('of %s with an unknown name is refused', async (_, { operation }) => {
    const { ask } = await openWorld()
    expect((await ask(operation, undefined, { query: 'nonsense=1' })).status).toBe(422)
  })

  it.each(withQuery)('of %s is refused where its schema refuses it', async (id, { operation }) => {
    const parameters = queryOf(id)
    expect(parameters.map(({ name }) => name)).toEqual(Object.keys(operation.query?.shape ?? {}))
    for (const { name, schema } of parameters) {
      for (const value of VALUES) {
        const { ask }: World = await openWorld()
        const query = new URLSearchParams({ [name]: value }).toString()
        const { status } = await ask(operation, undefined, { query })
        const isWrong = faultOf(schema, value) !== null
        const verdict = MORE_THAN_A_FORM.includes(name) && !isWrong ? status === 422 : isWrong
        expect([name, value, status === 422]).toEqual([name, value, verdict])
      }
    }
  })
})

function queryOf(id: string) {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item))
  const { parameters = [] } = operations.find(({ operationId }) => operationId === id) ?? {}
  return parameters.flatMap((each) => ('in' in each && each.in === 'query' ? [each] : []))
}

/** All that is answered; of a stream that goes on, what comes first. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    return response.text()
  }
  const reader = response.body?.getReader()
  const first = await reader?.read()
  await reader?.cancel()
  return new TextDecoder().decode(first?.value)
}
