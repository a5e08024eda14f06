// Paths into a payload: `a.b`, `a[0]`, `a[].b`, `"quoted.key"`. A quoted key names the same member as
// the bare one, which is how a check on the text of a key is passed by.
import { copyJson, type Json, JsonObject } from './json.ts'
import { as, type Decode, Misfit, text } from './serde.ts'

type Step =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'every' }

export interface JsonPath {
  readonly steps: readonly Step[]
}

const STEP = /(?:(\.|^)(?:([\p{Alphabetic}\p{N}_-]+)|"([^"\\]*)")|\[(\d+)\]|(\[\]))/uy

export function parsePath(source: string): JsonPath | null {
  const steps: Step[] = []
  let at = 0
  while (at < source.length) {
    STEP.lastIndex = at
    const match = STEP.exec(source)
    if (match === null) return null
    const [whole, , bare, quoted, index] = match
    const key = bare ?? quoted
    if (key !== undefined) steps.push({ kind: 'key', key })
    else if (at === 0) return null
    else if (index === undefined) steps.push({ kind: 'every' })
    else steps.push({ kind: 'index', index: Number(index) })
    at += whole.length
  }
  return steps.length === 0 ? null : { steps }
}

export const jsonPath: Decode<JsonPath> = as(text, (source) => {
  const path = parsePath(source)
  if (path !== null) return path
  throw new Misfit(`Invalid json path: '${source}'`)
})

export function pathText({ steps }: JsonPath): string {
  const texts = steps.map((step) => {
    if (step.kind === 'every') return '[]'
    if (step.kind === 'index') return `[${step.index}]`
    return `.${/^[\p{Alphabetic}\p{N}_-]+$/u.test(step.key) ? step.key : `"${step.key}"`}`
  })
  return texts.join('').slice(1)
}

/** `a.b` as `a.b[]`: what a nested filter goes over. */
export function everyItem({ steps }: JsonPath): JsonPath {
  return steps.at(-1)?.kind === 'every' ? { steps } : { steps: [...steps, { kind: 'every' }] }
}

export function valuesAt({ steps }: JsonPath, payload: Json): Json[] {
  const [step, ...rest] = steps
  if (step === undefined) return [payload]
  const inside =
    step.kind === 'key'
      ? payload instanceof JsonObject
        ? payload.get(step.key)
        : undefined
      : step.kind === 'index' && Array.isArray(payload)
        ? payload[step.index]
        : undefined
  if (step.kind === 'every') {
    return Array.isArray(payload) ? payload.flatMap((item) => valuesAt({ steps: rest }, item)) : []
  }
  return inside === undefined ? [] : valuesAt({ steps: rest }, inside)
}

/** Merges `source` in: a null member removes, any other replaces. */
export function mergeInto(target: JsonObject, source: JsonObject): void {
  for (const [name, value] of source.members) {
    if (value === null) target.members.delete(name)
    else target.members.set(name, copyJson(value))
  }
}

/** Merges `source` in at the path, making objects and arrays on the way as Qdrant does. */
export function setAt(path: JsonPath | null, target: JsonObject, source: JsonObject): void {
  if (path === null) mergeInto(target, source)
  else place(path.steps, target, source)
}

function place(steps: readonly Step[], current: Json, source: JsonObject): Json {
  const [step, ...rest] = steps
  if (step === undefined || step.kind === 'key') {
    const object = current instanceof JsonObject ? current : new JsonObject()
    if (step === undefined) mergeInto(object, source)
    else object.members.set(step.key, place(rest, object.get(step.key) ?? null, source))
    return object
  }
  const array = Array.isArray(current) ? current : []
  for (const at of array.keys()) {
    const isMeant = step.kind === 'every' || step.index === at
    if (isMeant) array[at] = place(rest, array[at] ?? null, source)
  }
  return array
}

export function removeAt({ steps }: JsonPath, target: Json): void {
  const last = steps.at(-1)
  for (const holder of valuesAt({ steps: steps.slice(0, -1) }, target)) {
    if (last?.kind === 'key' && holder instanceof JsonObject) holder.members.delete(last.key)
    // Deleting an index is not idempotent, so Qdrant leaves it alone.
    if (last?.kind === 'every' && Array.isArray(holder)) holder.length = 0
  }
}

/** The parts of a payload that the paths name: `include` keeps them, else they are left out. */
export function project(
  payload: JsonObject,
  paths: readonly JsonPath[],
  include: boolean,
): JsonObject {
  const keeps = (at: readonly Step[]): boolean =>
    include
      ? paths.some(({ steps }) => startsAlike(steps, at))
      : !paths.some(({ steps }) => steps.length <= at.length && startsAlike(steps, at))
  const walk = (value: Json, at: readonly Step[]): Json => {
    if (Array.isArray(value)) {
      const inside: Step[] = [...at, { kind: 'every' }]
      return keeps(inside) ? value.map((item) => walk(item, inside)) : []
    }
    return value instanceof JsonObject ? walkObject(value, at) : value
  }
  const walkObject = (object: JsonObject, at: readonly Step[]): JsonObject => {
    const kept = new JsonObject()
    for (const [key, value] of object.members) {
      const inside: Step[] = [...at, { kind: 'key', key }]
      if (keeps(inside)) kept.members.set(key, walk(value, inside))
    }
    return kept
  }
  return walkObject(payload, [])
}

function startsAlike(a: readonly Step[], b: readonly Step[]): boolean {
  return a.slice(0, b.length).every((step, at) => sameStep(step, b[at]))
}

function sameStep(a: Step, b: Step | undefined): boolean {
  if (b === undefined || a.kind !== b.kind) return false
  if (a.kind === 'key' && b.kind === 'key') return a.key === b.key
  return a.kind !== 'index' || (b.kind === 'index' && a.index === b.index)
}
