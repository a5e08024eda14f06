/**
 * Vectors as clients give them: dense, sparse or several for one point. Objects that ask the service
 * to make a vector of a text or an image are refused: what that costs is not metered here.
 */
import { isJsonArray, isJsonObject, isRawNumber, type Json } from '../../json.ts'
import {
  anyNumber,
  fault,
  type Fault,
  integer,
  list,
  members,
  type Rule,
  within,
} from '../../rules.ts'
import { MAX_DIMENSIONS, MAX_NAMED_VECTORS } from './limits.ts'
import { vectorName } from './names.ts'
import { pointId } from './point-id.ts'

const MAX_U32 = 2 ** 32 - 1

/** Rows of a multivector. */
const MAX_ROWS = 4_096

const NO_INFERENCE =
  'must be a vector; one that is made by the service from a text, an image or an object is not offered'

const dense: Rule = list(anyNumber, { max: MAX_DIMENSIONS })
const multi: Rule = list(dense, { max: MAX_ROWS })

const sparseVector: Rule = members({
  indices: list(integer(0, MAX_U32), { max: MAX_DIMENSIONS }),
  values: list(anyNumber, { max: MAX_DIMENSIONS }),
})

/** Dense or of several rows; a first item that is an array decides. */
const numbers: Rule = (value) =>
  isJsonArray(value) && isJsonArray(value[0]) ? multi(value) : dense(value)

/** One vector of one name. */
const vector: Rule = (value) => {
  if (isJsonArray(value)) return numbers(value)
  return isSparse(value) ? sparseVector(value) : fault(NO_INFERENCE)
}

/** All vectors of a point: one without a name, or an object of named ones. */
export const pointVectors: Rule = (value) => {
  if (isJsonArray(value)) return numbers(value)
  if (!isJsonObject(value)) return fault(NO_INFERENCE)
  return named(vector)(value)
}

/** The vectors of many points, as a column. */
export function vectorColumn(max: number): Rule {
  const column = list(vector, { max })
  // Without names a column holds vectors that have none either, never sparse ones.
  const plain = list(numbers, { max })
  return (value) => (isJsonArray(value) ? plain(value) : named(column)(value))
}

/** What a search goes out from: a vector, or the id of a point that has one. */
export const vectorInput: Rule = (value) =>
  isJsonArray(value) || isJsonObject(value) ? vector(value) : pointId(value)

/** A dense vector or an id or a sparse vector: the older forms know no rows. */
export const example: Rule = (value) => (isJsonArray(value) ? dense(value) : vectorInput(value))

/** `vector` of the older searches. */
export const searchVector: Rule = (value) =>
  isJsonArray(value) ? dense(value) : members({ name: vectorName, vector: example })(value)

/** Bytes that the service keeps for these vectors, at four for each number: the largest there are. */
export function storedBytes(vectors: Json | undefined): number {
  if (typeof vectors === 'number' || isRawNumber(vectors)) return 4
  let bytes = 0
  if (isJsonArray(vectors)) {
    for (const item of vectors) bytes += storedBytes(item)
  } else if (isJsonObject(vectors)) {
    for (const name of Object.keys(vectors)) bytes += storedBytes(vectors[name])
  }
  return bytes
}

function isSparse(value: Json): boolean {
  return isJsonObject(value) && Object.hasOwn(value, 'indices')
}

function named(rule: Rule): Rule {
  return (value): Fault | null => {
    if (!isJsonObject(value)) return fault(NO_INFERENCE)
    const names = Object.keys(value)
    if (names.length > MAX_NAMED_VECTORS) {
      return fault(`must have at most ${MAX_NAMED_VECTORS} vectors`)
    }
    for (const name of names) {
      const wrong = vectorName(name) ?? rule(value[name] ?? null)
      if (wrong !== null) return within(name.slice(0, 64), wrong)
    }
    return null
  }
}
