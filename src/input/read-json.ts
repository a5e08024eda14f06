/**
 * A control-plane body against its schema. One reading only: UTF-8, one JSON object, no member
 * twice, no member unknown; what is refused is named, what is accepted is exactly what was sent.
 */
import type * as z from 'zod'
import { parseJsonObject } from '../identify/strict-json.ts'
import { invalidInput } from './invalid-input.ts'
import { Problem } from '../problem/problem.ts'
import { readBody } from './body.ts'

const MAX_BODY_BYTES = 256 * 1024
const MAX_DEPTH = 32
const MAX_MEMBER_CHARS = 200

/** Throws Problem: 400 for what is no JSON object, 413, 415, 422 for a wrong member. */
export async function readJson<Schema extends z.ZodType>(
  schema: Schema,
  request: Request,
): Promise<z.output<Schema>> {
  const value = parseJsonObject(await readBody(request, MAX_BODY_BYTES))
  if (value === null) {
    const detail = 'The body must be one JSON object in UTF-8 that names no member twice.'
    throw new Problem('MalformedRequest', detail)
  }
  refuseOddStructure(value)
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw invalidInput(parsed.error)
  return parsed.data
}

/**
 * What schemas would overflow on, or drop without a word: nesting without end, and `__proto__`. And
 * text with half a character, which not every store gives back.
 */
function refuseOddStructure(body: object): void {
  let level: (readonly [path: string, value: unknown])[] = [['', body]]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_DEPTH && level.some(([, value]) => isObject(value))) {
      throw new Problem('InvalidMember', `The body is nested deeper than ${MAX_DEPTH} levels.`)
    }
    for (const [path, value] of level) {
      if (typeof value === 'string' && !value.isWellFormed()) throw odd(path, NOT_TEXT)
    }
    level = level.flatMap(([path, value]) =>
      membersOf(value).map(([name, each]) => {
        const at = path === '' ? name : `${path}.${name}`
        if (name === '__proto__') throw odd(name, 'is not a member here')
        if (!name.isWellFormed()) throw odd(at.toWellFormed(), NOT_TEXT)
        return [at, each] as const
      }),
    )
  }
}

const NOT_TEXT = 'must be well-formed text, without half a surrogate pair'

function membersOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : []
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function odd(path: string, message: string): Problem {
  const param = path.slice(0, MAX_MEMBER_CHARS)
  return new Problem('InvalidMember', `${param}: ${message}`, {
    param,
    errors: [{ member: param, message }],
  })
}

/** The bytes of a body that another will read as JSON; none for a request without one. */
export async function readBytes(request: Request): Promise<Uint8Array> {
  return hasNoBody(request) ? new Uint8Array() : readBody(request.clone(), MAX_BODY_BYTES)
}

/** As `readJson`; a request without a body stands for `{}`. */
export async function readOptionalJson<Schema extends z.ZodType>(
  schema: Schema,
  request: Request,
): Promise<z.output<Schema>> {
  return hasNoBody(request) ? schema.parse({}) : readJson(schema, request)
}

function hasNoBody(request: Request): boolean {
  return request.body === null || request.headers.get('content-length') === '0'
}
