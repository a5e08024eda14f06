/** `POST /v1/graphql`: all that the official client searches by. */
import { memberOf, stringIn } from '../../../json-read.ts'
import { members, nullable, text } from '../../../rules.ts'
import type { VectorOperation } from '../../adapter.ts'
import { badBody } from '../../members.ts'
import { ask } from '../exchange.ts'
import { reading, told } from '../request.ts'
import { tellAnswer } from './answer.ts'
import { MAX_QUERY_CHARACTERS } from './bounds.ts'
import { readQuery } from './query.ts'

const envelope = members({
  query: text({ max: MAX_QUERY_CHARACTERS }),
  'operationName?': nullable(text({ max: 255 })),
  // A query without variables has none to be given.
  'variables?': nullable(members({})),
})

export const graphql: VectorOperation = {
  name: 'graphql',
  method: 'POST',
  path: '/v1/graphql',
  access: 'read',
  body: 'json',
  read(request) {
    const { body } = request
    const wrong = envelope(body ?? null)
    if (wrong !== null) return badBody(wrong)
    const asked = String(memberOf(body, 'query'))
    const read = readQuery(request, asked, stringIn(body, 'operationName'))
    if (!read.ok) return read
    const { text: query, fields, searches } = read.query
    return reading(
      async (service) => {
        const path = ['v1', 'graphql']
        const json = { query }
        const sent = { method: 'POST', path, body: { json }, writes: false } as const
        const reply = await ask(service, request, sent)
        return told(200, tellAnswer(fields, reply.body))
      },
      Math.max(1, searches),
    )
  },
}
