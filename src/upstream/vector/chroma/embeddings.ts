/**
 * Embeddings as clients send them: arrays of numbers, or the bytes of 32-bit floats in base64. Either
 * way each number must be finite as such a float: the service keeps an infinity, and finds nothing near it.
 */
import { isJsonArray, isRawNumber, writeJson } from '../../json.ts'
import { fault, list, type Rule } from '../../rules.ts'
import { MAX_DIMENSIONS } from './bounds.ts'

const MAX_FLOAT = 3.4028234663852886e38
const FLOAT_BYTES = 4
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const MAX_BASE64_CHARACTERS = Math.ceil((MAX_DIMENSIONS * FLOAT_BYTES) / 3) * 4

const NOT_FINITE = fault('must be a number that a 32-bit float can hold')

const component: Rule = (value) => {
  const number = isRawNumber(value) ? Number(writeJson(value)) : value
  return typeof number === 'number' && Math.abs(number) <= MAX_FLOAT ? null : NOT_FINITE
}

const numbers = list(component, { min: 1, max: MAX_DIMENSIONS })

const base64: Rule = (value) => {
  if (typeof value !== 'string' || value.length > MAX_BASE64_CHARACTERS || !BASE64.test(value)) {
    const detail = `must be base64 of at most ${MAX_DIMENSIONS} floats of 32 bits`
    return fault(detail)
  }
  const bytes = atob(value)
  if (bytes.length === 0 || bytes.length % FLOAT_BYTES !== 0) {
    return fault('must be base64 of whole floats of 32 bits')
  }
  for (let at = FLOAT_BYTES - 1; at < bytes.length; at += FLOAT_BYTES) {
    // Little-endian: an exponent of ones is an infinity or no number.
    if ((bytes.charCodeAt(at) & 0x7f) === 0x7f && bytes.charCodeAt(at - 1) >= 0x80) {
      return NOT_FINITE
    }
  }
  return null
}

/** As many as there are records, all in one form; `optional`: null where one is left as it is. */
export function embeddings(max: number, { optional }: { readonly optional: boolean }): Rule {
  return (value) => {
    const first = isJsonArray(value) ? value.find((each) => each !== null) : undefined
    const one = typeof first === 'string' ? base64 : numbers
    return list((each) => (optional && each === null ? null : one(each)), { max })(value)
  }
}

/** The service takes those of a query as numbers alone. */
export function queryEmbeddings(max: number): Rule {
  return list(numbers, { min: 1, max })
}
