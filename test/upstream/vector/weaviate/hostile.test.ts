// Whatever a tenant of Weaviate sends, it is refused or done in that tenant's own part of the classes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendHostile } from '../send-hostile.ts'
import { weaviateRequests } from './hostile.ts'
import { namesIn } from './sent-names.ts'
import { CLASSES, openWorld, type World } from './world.ts'

const SECRET = 'the secret of the victim'
const id = (n: number): string => `44444444-0000-4000-8000-00000000000${n}`

let world: World

beforeAll(async () => {
  world = await openWorld(['mallory', 'victim'])
})
afterAll(() => world.close())

/** Each with its kind, as no slug and no class begins; the declared ones become one prefix. */
function judged(request: Parameters<typeof namesIn>[0]): string[] | null {
  const names = namesIn(request)
  if (names === null) return null
  return [
    ...names.classes.map((name) => (CLASSES.includes(name) ? `own ${name}` : `class ${name}`)),
    ...names.tenants.map((name) => (name === 'mallory' ? 'own' : `tenant ${String(name)}`)),
  ]
}

describe('hostile requests to Weaviate', () => {
  it('reach nothing and learn nothing of another tenant', async () => {
    const { operator, standIn, gateway } = world
    await operator.schema.classCreator().withClass({ class: 'Hidden' }).do()
    const create = (className: string, n: number, title: string) =>
      operator.data
        .creator()
        .withClassName(className)
        .withId(id(n))
        .withProperties({ title })
        .withVector([1, n])
    await create('Poem', 1, SECRET).withTenant('victim').do()
    await create('Poem', 2, 'mine').withTenant('mallory').do()
    await create('Hidden', 3, SECRET).do()
    const requests = weaviateRequests({
      mount: '/weaviate',
      slug: 'victim',
      className: 'Poem',
      otherClass: 'Author',
      hiddenClass: 'Hidden',
      id: id(1),
      ownId: id(2),
      hiddenId: id(3),
    })
    const outcome = await sendHostile(
      {
        gateway,
        standIn,
        credential: { authorization: 'Bearer mallory' },
        secrets: [SECRET, 'Hidden', '"victim"', standIn.apiKey],
        ownPrefix: 'own',
        namesIn: judged,
        others: async () => JSON.stringify(await standIn.dump(), withoutMallory),
      },
      requests,
    )
    expect(outcome.breaches).toEqual([])
    expect(outcome).toMatchObject({ sent: 267, refused: 258 })
  })
})

/** The operator's definitions are part of what must stay. */
function withoutMallory(key: string, value: unknown): unknown {
  return key === 'mallory' ? undefined : value
}
