/** What a stream is asked for upstream beside what the client wrote: its usage, always. */
import { type JsonObject, isJsonObject } from '../../json.ts'
import { memberOf } from '../../json-read.ts'

/** The members to write over the body's own; none when it does not stream. */
export function streamMembers(body: JsonObject): JsonObject {
  if (body['stream'] !== true) return {}
  const options = body['stream_options']
  return { stream_options: { ...(isJsonObject(options) ? options : {}), include_usage: true } }
}

export function usageWanted(body: JsonObject): boolean {
  return memberOf(body['stream_options'], 'include_usage') === true
}
