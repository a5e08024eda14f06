// What Redis has answered, as the JSON of Upstash's REST API. With `upstash-encoding: base64` every
// text is encoded but the status OK, and that only where it is the whole answer: clients decode an OK
// inside an array.
import { Buffer, isUtf8 } from 'node:buffer'
import type { Reply } from './reply.ts'

export type Encoding = 'plain' | 'base64'

/** `failed` when the whole of it is an error. */
export interface RestItem {
  readonly failed: boolean
  readonly json: string
}

export function restError(message: string): RestItem {
  return { failed: true, json: `{"error":${JSON.stringify(message)}}` }
}

export function restItem(reply: Reply, encoding: Encoding): RestItem {
  try {
    const json = reply.type === 'status' && reply.text === 'OK' ? '"OK"' : toJson(reply, encoding)
    return { failed: false, json: `{"result":${json}}` }
  } catch (error) {
    if (error instanceof Untold) return restError(error.message)
    throw error
  }
}

/** An error among values: JSON has no place for one there, so it becomes the whole answer. */
class Untold extends Error {}

function toJson(reply: Reply, encoding: Encoding): string {
  switch (reply.type) {
    case 'null':
      return 'null'
    case 'error':
      throw new Untold(reply.message)
    case 'integer':
      return reply.digits
    case 'array':
      return `[${reply.items.map((item) => toJson(item, encoding)).join(',')}]`
    case 'status':
      return textToJson(Buffer.from(reply.text, 'utf8'), encoding)
    case 'bulk':
      return textToJson(reply.bytes, encoding)
  }
}

function textToJson(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'base64') return `"${bytes.toString('base64')}"`
  if (isUtf8(bytes)) return JSON.stringify(bytes.toString('utf8'))
  throw new Untold('ERR the answer is not UTF-8: ask for it with upstash-encoding: base64')
}
