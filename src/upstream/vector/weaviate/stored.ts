/** How many objects of a class there are, by the server's own count: of all, or of some ids. */
import { itemsOf, memberOf } from '../../json-read.ts'
import type { Service } from '../adapter.ts'
import { countOf, strangeReply } from '../members.ts'
import { lacksTenant, textsOf, weaviateProblem } from './words.ts'

/** null when the tenant has no part of the class. Throws Problem. */
export async function countStored(
  service: Service,
  tenant: string,
  className: string,
  ids: readonly string[] | null,
): Promise<number | null> {
  const args = [`tenant:${JSON.stringify(tenant)}`]
  if (ids !== null) {
    const list = JSON.stringify(ids)
    args.push(`where:{path:["id"],operator:ContainsAny,valueText:${list}}`)
  }
  const query = `{Aggregate{${className}(${args.join(',')}){meta{count}}}}`
  const body = { json: { query } }
  const path = ['v1', 'graphql']
  const reply = await service.send({ method: 'POST', path, body, writes: false })
  const texts = textsOf(reply.body)
  if (lacksTenant(texts)) return null
  if (!reply.ok) throw weaviateProblem(reply)
  if (texts.length > 0) throw strangeReply()
  const data = memberOf(memberOf(reply.body, 'data'), 'Aggregate')
  const [found] = itemsOf(memberOf(data, className))
  const count = memberOf(memberOf(found, 'meta'), 'count')
  return countOf(typeof count === 'number' ? count : undefined)
}
