/** Deletes what a filter matches in one class, or tells what it would delete. */
import { isJsonObject, type JsonObject } from '../../json.ts'
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import { flag, members, nullable, oneOf, text } from '../../rules.ts'
import type { VectorOperation } from '../adapter.ts'
import { badBody, given } from '../members.ts'
import { declaredClass, isOwnTenant } from './classes.ts'
import { ask } from './exchange.ts'
import { CONSISTENCY, NOT_FOUND, queryOf, TENANT, told, writing } from './request.ts'
import { whereRule, writeWhere } from './where.ts'
import { tellText, textsOf } from './words.ts'

export const batchDelete: VectorOperation = {
  name: 'batch.delete',
  method: 'DELETE',
  path: '/v1/batch/objects',
  access: 'write',
  query: { ...TENANT, ...CONSISTENCY },
  body: 'json',
  read(request) {
    const { body, query, settings, space } = request
    const rule = members({
      match: members({ class: text({ max: 255 }), where: whereRule(settings) }),
      'output?': nullable(oneOf('minimal', 'verbose')),
      'dryRun?': nullable(flag),
    })
    const wrong = rule(body ?? null)
    if (wrong !== null) return badBody(wrong)
    const match = memberOf(body, 'match')
    const className = declaredClass(settings, stringIn(match, 'class') ?? '')
    if (className === null || !isOwnTenant(space, query['tenant'])) return NOT_FOUND
    const options = given(body, ['output', 'dryRun'])
    const sentMatch = { class: className, where: writeWhere(memberOf(match, 'where')) }
    const recount = options['dryRun'] === true ? [] : [className]
    return writing([], recount, async (service) => {
      const reply = await ask(service, request, {
        method: 'DELETE',
        path: ['v1', 'batch', 'objects'],
        query: queryOf(request, query, ['consistency_level']),
        body: { json: { match: sentMatch, ...options } },
        writes: true,
      })
      return told(200, {
        match: sentMatch,
        output: options['output'] ?? 'minimal',
        dryRun: options['dryRun'] ?? false,
        results: tellResults(memberOf(reply.body, 'results')),
      })
    })
  },
}

function tellResults(results: unknown): JsonObject {
  if (!isJsonObject(results)) return {}
  const objects = memberOf(results, 'objects')
  return {
    ...given(results, ['limit', 'matches', 'failed', 'successful']),
    objects:
      objects === undefined || objects === null
        ? null
        : itemsOf(objects).map((object) => {
            const errors = textsOf(memberOf(object, 'errors'))
            const told = errors.map((one) => ({ message: tellText(one) }))
            return {
              ...given(object, ['id', 'status']),
              ...(told.length === 0 ? {} : { errors: { error: told } }),
            }
          }),
  }
}
