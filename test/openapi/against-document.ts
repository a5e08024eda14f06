// Holds what a server has answered against the document: is the status told of there, and is the body
// what its schema says? The harnesses of the control plane and of tenants ask this of every answer.
import { Ajv2020 } from 'ajv/dist/2020.js'
import * as z from 'zod'
import { openApiDocument } from '../../src/openapi/document.ts'
import type { PathOperation, Ref, Response as Told } from '../../src/openapi/format.ts'

export const document = openApiDocument()

const BASE = 'https://tollgate.test/openapi.json'

const isFormat = (schema: z.ZodType) => (text: string) => schema.safeParse(text).success
const ajv = new Ajv2020({
  // OpenAPI has words of its own around its schemas.
  strict: false,
  allErrors: true,
  formats: {
    'date-time': isFormat(z.iso.datetime({ offset: true })),
    date: isFormat(z.iso.date()),
  },
})
ajv.addSchema({ ...document, $id: BASE })

/** What is wrong with a value by a schema of the document; null when nothing is. */
export function faultOf(schema: object, value: unknown): string | null {
  // With references that hold wherever the schema stands.
  const text = JSON.stringify(schema).replaceAll('"#/', `"${BASE}#/`)
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object)
  compiled.set(text, validate)
  return validate(value) ? null : ajv.errorsText(validate.errors)
}

const compiled = new Map<string, ReturnType<typeof ajv.compile>>()

interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** What whoever is not let in, or asks for what is not there, may be told. */
const OF_NO_ROUTE = [400, 401, 403, 404, 405, 429, 500, 503]

/** Throws when the document does not say that this may be answered. */
export function checkAnswer(method: string, target: string, answered: Answered): void {
  const fault = faultOfAnswer(method, target, answered)
  if (fault === null) return
  throw new Error(`${method} ${target} has answered ${answered.status}, and ${fault}`)
}

/** The same for an answer that is yet to be read; of a stream that goes on, nothing is read. */
export async function checkResponse(
  method: string,
  target: string,
  response: Response,
): Promise<void> {
  const { status, headers } = response
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true
  const text = isStream ? 'a stream' : await response.clone().text()
  checkAnswer(method, target, { status, headers, text })
}

export function faultOfAnswer(method: string, target: string, answered: Answered): string | null {
  const { status, headers, text } = answered
  const operation = findOperation(method === 'HEAD' ? 'GET' : method, target)
  if (operation === null) {
    return OF_NO_ROUTE.includes(status) ? null : 'the document has no such route'
  }
  const told = operation.responses[String(status)]
  if (told === undefined) return 'the document does not tell of this status'
  const { content = {} } = resolveResponse(told)
  if (method === 'HEAD' || text === '') {
    return method === 'HEAD' || Object.keys(content).length === 0 ? null : 'a body is promised'
  }
  const [media = ''] = (headers.get('content-type') ?? '').split(';')
  const { schema } = content[media] ?? {}
  if (content[media] === undefined) return `the document does not tell of ${media}`
  if (schema === undefined || !media.endsWith('json')) return null
  return faultOf(schema, JSON.parse(text))
}

/** The operation that a request is for: of several paths that fit, the one with the method. */
export function findOperation(method: string, target: string): PathOperation | null {
  const { pathname } = new URL(target, 'http://gateway.test')
  const fitting = Object.entries(document.paths).filter(
    ([path, item]) => matches(path, pathname) && item[method.toLowerCase()] !== undefined,
  )
  const [found] = fitting.toSorted(([one], [other]) => countOf(one) - countOf(other))
  return found?.[1][method.toLowerCase()] ?? null
}

export function resolveResponse(told: Told | Ref): Told {
  if (!('$ref' in told)) return told
  const found = document.components.responses[told.$ref.split('/').at(-1) ?? '']
  if (found === undefined) throw new Error(`${told.$ref} leads nowhere`)
  return found
}

function matches(path: string, pathname: string): boolean {
  const pattern = path.replaceAll(/\{[^}]+\}/g, '[^/]+').replaceAll('.', '\\.')
  return new RegExp(`^${pattern}$`).test(pathname)
}

function countOf(path: string): number {
  return path.split('{').length
}
