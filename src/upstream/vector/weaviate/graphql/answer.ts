/** What a client is told of GraphQL's answer: what it selected, and errors without the server's texts. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../json.ts'
import { memberOf } from '../../../json-read.ts'
import { strangeReply } from '../../members.ts'
import { tellText, textsOf } from '../words.ts'
import { MAX_ERRORS_TOLD } from './bounds.ts'
import type { Selected } from './selection.ts'

export function tellAnswer(fields: readonly Selected[], body: Json | undefined): JsonObject {
  const data = memberOf(body, 'data')
  const texts = textsOf(body)
  if (!isJsonObject(data) && texts.length === 0) throw strangeReply()
  const told = isJsonObject(data) ? project(fields, data) : null
  if (texts.length === 0) return { data: told }
  const messages = new Set(texts.slice(0, MAX_ERRORS_TOLD).map(tellText))
  return { data: told, errors: [...messages].map((message) => ({ message })) }
}

function project(fields: readonly Selected[], value: Json): Json {
  if (isJsonArray(value)) return value.map((item) => project(fields, item))
  if (!isJsonObject(value)) return null
  const members = [...Map.groupBy(fields, ({ name }) => name)].flatMap(
    ([name, same]): [string, Json][] => {
      if (!Object.hasOwn(value, name)) return []
      const member = value[name] ?? null
      const below = same.flatMap((field) => [
        ...field.fields,
        ...field.on.flatMap((one) => one.fields),
      ])
      return [[name, below.length === 0 ? plain(member) : project(below, member)]]
    },
  )
  return Object.fromEntries(members)
}

/** What has no fields of its own: a scalar, or lists of them. */
function plain(value: Json): Json {
  if (isJsonArray(value)) return value.map(plain)
  return isJsonObject(value) ? null : value
}
