/**
 * Bodies as plain members: what a rule has let pass is copied member by member, and of a reply only
 * what is known is told. Whatever has no name here goes neither way.
 */
import { Problem } from '../../problem/problem.ts'
import type { BadInput } from '../adapter.ts'
import {
  isJsonArray,
  isJsonObject,
  isRawNumber,
  type Json,
  type JsonObject,
  writeJson,
} from '../json.ts'
import { type Fault, refusal, type Rule } from '../rules.ts'

export type ReadMembers =
  | { readonly ok: true; readonly members: JsonObject }
  | { readonly ok: false; readonly bad: BadInput }

/** `rule` must refuse whatever is no object. */
export function readMembers(rule: Rule, body: Json | undefined): ReadMembers {
  const wrong = rule(body ?? null)
  if (wrong !== null) return badBody(wrong)
  return { ok: true, members: isJsonObject(body) ? body : {} }
}

/** What is wrong with a body; one of the body as a whole names no member. */
export function badBody(wrong: Fault): { readonly ok: false; readonly bad: BadInput } {
  const bad = refusal(wrong)
  const isWhole = wrong.path.length === 0
  return {
    ok: false,
    bad: isWhole ? { ...bad, detail: `The body${bad.detail}`, param: null } : bad,
  }
}

/** Those of the members that are there; null says the same as absence, and is left out. */
export function given(value: Json | undefined, names: readonly string[]): JsonObject {
  if (!isJsonObject(value)) return {}
  const there = names.flatMap((name): [string, Json][] => {
    const member = Object.hasOwn(value, name) ? (value[name] ?? null) : null
    return member === null ? [] : [[name, member]]
  })
  return Object.fromEntries(there)
}

/** The objects of a list in a reply, each with these members alone. Throws Problem for anything else. */
export function objectsOf(value: Json | undefined, names: readonly string[]): JsonObject[] {
  if (!isJsonArray(value)) throw strangeReply()
  return value.map((item) => {
    if (!isJsonObject(item)) throw strangeReply()
    return given(item, names)
  })
}

/**
 * A count in a reply: a number or, as protobuf writes those of 64 bits, a string. Throws Problem for
 * anything else.
 */
export function countOf(value: Json | undefined): number {
  const text = isRawNumber(value) ? writeJson(value) : value
  const count = typeof text === 'string' && text !== '' ? Number(text) : text
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) throw strangeReply()
  return count
}

/** For a reply that is well but not of the form that the service documents. */
export function strangeReply(): Problem {
  return new Problem('UpstreamFailed', 'The service gave an answer that is not understood.')
}
