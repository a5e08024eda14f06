/** What the reference says of the routes that anyone may ask. */
import * as z from 'zod'
import type { Description } from './description.ts'

export const Alive = z.strictObject({ status: z.literal('ok') })
export const Ready = z.strictObject({
  status: z.literal('ready'),
  store: z.literal('ok'),
  warnings: z
    .array(z.string())
    .optional()
    .describe('Vector services that have an address and no credential.'),
})
export const NotReady = z.union([
  z.strictObject({ status: z.literal('unavailable'), store: z.string() }),
  z.strictObject({
    status: z.literal('misconfigured'),
    errors: z.array(z.string()).describe('Each names a member or a binding, none its value.'),
  }),
])

export const AnyDocument = z.looseObject({})

const asked = {
  tag: 'Operation',
  params: {},
  headers: ['If-None-Match'],
  problems: ['Misconfigured'],
} as const
const unchanged = { description: 'It is the one that `If-None-Match` names.' }

export const PUBLIC = {
  'GET /healthz': {
    id: 'health',
    tag: 'Operation',
    summary: 'Tell that the process answers',
    params: {},
    answers: { 200: { description: 'It does.', schema: Alive } },
    problems: [],
  },
  'GET /readyz': {
    id: 'readiness',
    tag: 'Operation',
    summary: 'Tell whether the gateway can do its work',
    params: {},
    answers: {
      200: { description: 'It can.', schema: Ready },
      503: { description: 'It cannot: why not.', schema: NotReady },
    },
    problems: [],
  },
  'GET /openapi.json': {
    id: 'openapi',
    summary: 'This reference as a document, OpenAPI 3.1',
    ...asked,
    answers: {
      200: { description: 'The document.', schema: AnyDocument, headers: ['ETag'] },
      304: unchanged,
    },
  },
  'GET /docs': {
    id: 'docs',
    summary: 'This reference as a page',
    ...asked,
    answers: {
      200: { description: 'The page.', media: 'text/html', headers: ['ETag'] },
      304: unchanged,
    },
  },
} as const satisfies Readonly<Record<string, Description<never>>>
