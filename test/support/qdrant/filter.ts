// Filters, decoded straight into predicates over a point. Their traps are the server's: a condition
// may be an array, one of several tests in a condition is enough, a `key` decides the kind.
import { type ValueTest, valueTests } from './field-tests.ts'
import { type Json, JsonObject } from './json.ts'
import { everyItem, jsonPath, valuesAt } from './json-path.ts'
import { pointId, type PointId } from './point-id.ts'
import {
  anyOf,
  as,
  countFrom,
  type Decode,
  defaulted,
  Invalid,
  later,
  list,
  Misfit,
  oneOrMany,
  optional,
  required,
  struct,
  text,
} from './serde.ts'

/** What a filter looks at. Inside `nested` there is neither an id nor a vector. */
export interface Candidate {
  readonly id: PointId | null
  readonly payload: JsonObject
  hasVector(name: string): boolean
}
export type Predicate = (candidate: Candidate) => boolean

export const everything: Predicate = () => true

const isEmpty = (value: Json): boolean =>
  Array.isArray(value) ? value.length === 0 : value === null

const field: Decode<Predicate> = as(
  struct('FieldCondition', { key: required(jsonPath), ...valueTests }),
  ({ key, values_count: valuesCount, is_empty: wantEmpty, is_null: wantNull, ...others }) => {
    const tests = Object.values(others).filter((test): test is ValueTest => test !== null)
    if (tests.length === 0 && valuesCount === null && wantEmpty === null && wantNull === null) {
      throw new Invalid('filter', 'At least one field condition must be specified')
    }
    const ofAny: ValueTest = (value) =>
      tests.some((test) => (Array.isArray(value) ? value.some(test) : test(value)))
    const test: ValueTest =
      valuesCount ??
      (wantEmpty !== null
        ? (value) => isEmpty(value) === wantEmpty
        : wantNull !== null
          ? (value) => (Array.isArray(value) ? value.includes(null) : value === null) === wantNull
          : ofAny)
    const ofNothing =
      valuesCount !== null
        ? valuesCount(null)
        : (wantEmpty ?? (wantNull === null ? false : !wantNull))
    return ({ payload }) => {
      const values = valuesAt(key, payload)
      return values.length === 0 ? ofNothing : values.some(test)
    }
  },
)

const payloadField = struct('PayloadField', { key: required(jsonPath) })

const whereEmpty = as(
  struct('IsEmptyCondition', { is_empty: required(payloadField) }),
  ({ is_empty: { key } }): Predicate =>
    ({ payload }) =>
      valuesAt(key, payload).every(isEmpty),
)

const whereNull = as(
  struct('IsNullCondition', { is_null: required(payloadField) }),
  ({ is_null: { key } }): Predicate =>
    ({ payload }) =>
      valuesAt(key, payload).includes(null),
)

const hasId = as(
  struct('HasIdCondition', { has_id: required(list(pointId)) }),
  ({ has_id: ids }): Predicate => {
    const wanted = new Set(ids)
    return ({ id }) => id !== null && wanted.has(id)
  },
)

const hasVector = as(
  struct('HasVectorCondition', { has_vector: required(text) }),
  ({ has_vector: name }): Predicate =>
    (candidate) =>
      candidate.hasVector(name),
)

const nested = as(
  struct('NestedCondition', {
    nested: required(
      struct('Nested', { key: required(jsonPath), filter: required(later(() => filter)) }),
    ),
  }),
  ({ nested: { key, filter: inner } }): Predicate =>
    ({ payload }) =>
      valuesAt(everyItem(key), payload).some(
        (item) =>
          item instanceof JsonObject && inner({ id: null, payload: item, hasVector: () => false }),
      ),
)

const slice: Decode<Predicate> = (json) => {
  if (json instanceof JsonObject && json.members.has('slice')) {
    throw new Invalid('slice', 'this stand-in does not imitate slice conditions')
  }
  throw new Misfit('missing field `slice`')
}

const conditionForms = anyOf<Predicate>(
  'Expected some form of condition, which can be a field condition, or some other',
  field,
  whereEmpty,
  whereNull,
  hasId,
  hasVector,
  slice,
  nested,
  later(() => filter),
)

const condition: Decode<Predicate> = (json) =>
  json instanceof JsonObject && json.members.has('key') ? field(json) : conditionForms(json)

const minShould = struct('MinShould', {
  conditions: required(list(condition)),
  min_count: required(countFrom(1, 'min_count')),
})

export const filter: Decode<Predicate> = as(
  struct(
    'Filter',
    {
      should: defaulted(oneOrMany(condition)),
      min_should: optional(minShould),
      must: defaulted(oneOrMany(condition)),
      must_not: defaulted(oneOrMany(condition)),
    },
    { strict: true },
  ),
  ({ should, min_should: atLeast, must, must_not: mustNot }): Predicate =>
    (candidate) => {
      const holds = (test: Predicate): boolean => test(candidate)
      return (
        (should === null || should.some(holds)) &&
        (atLeast === null || atLeast.conditions.filter(holds).length >= atLeast.min_count) &&
        (must === null || must.every(holds)) &&
        (mustNot === null || !mustNot.some(holds))
      )
    },
)

export const both = (a: Predicate | null, b: Predicate | null): Predicate =>
  a === null || b === null ? (a ?? b ?? everything) : (candidate) => a(candidate) && b(candidate)
