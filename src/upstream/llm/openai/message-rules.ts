/** The messages of a chat: what each role may say. Parts that the provider would have to look up are refused. */
import { imageUrl } from '../image-url.ts'
import {
  because,
  byType,
  list,
  members,
  nullable,
  number,
  oneOf,
  refused,
  type Rule,
  tagged,
  text,
} from '../../rules.ts'

const MAX_MESSAGES = 10_000
const MAX_PARTS = 10_000
const MAX_TOOL_CALLS = 1_000

const STORED = 'what is stored at the provider is shared by all tenants'

const name = nullable(text({ max: 256 }))
const id = text({ max: 512 })
const breakpoint = nullable(members({ mode: oneOf('explicit') }))

const textPart = members({
  type: oneOf('text'),
  text: text(),
  'prompt_cache_breakpoint?': breakpoint,
})

const refusalPart = members({ type: oneOf('refusal'), refusal: text() })

const imagePart = members({
  type: oneOf('image_url'),
  image_url: members({ url: imageUrl, 'detail?': nullable(oneOf('auto', 'low', 'high')) }),
  'prompt_cache_breakpoint?': breakpoint,
})

const audioPart = members({
  type: oneOf('input_audio'),
  input_audio: members({ data: text(), format: oneOf('wav', 'mp3') }),
  'prompt_cache_breakpoint?': breakpoint,
})

function content(parts: Readonly<Record<string, Rule>>): Rule {
  return byType({ string: text(), array: list(tagged('type', parts), { max: MAX_PARTS }) })
}

const textContent = content({ text: textPart })

const userContent = content({
  text: textPart,
  image_url: imagePart,
  input_audio: audioPart,
  file: refused('the size of a file in tokens is not known before the call'),
})

/** What the official SDK's helpers put beside a reply; the upstream makes nothing of it. */
const parsed: Rule = () => null

const called = members({
  name: text({ max: 256 }),
  arguments: text(),
  'parsed_arguments?': parsed,
})

const toolCall = tagged('type', {
  function: members({ id, type: oneOf('function'), function: called }),
  custom: members({
    id,
    type: oneOf('custom'),
    custom: members({ name: text({ max: 256 }), input: text() }),
  }),
})

const urlCitation = members({
  type: oneOf('url_citation'),
  url_citation: members({ url: text(), title: text(), start_index: number, end_index: number }),
})

const assistant = members({
  role: oneOf('assistant'),
  'content?': nullable(content({ text: textPart, refusal: refusalPart })),
  'refusal?': nullable(text()),
  'name?': name,
  'tool_calls?': nullable(list(toolCall, { max: MAX_TOOL_CALLS })),
  'function_call?': nullable(called),
  // Clients send a reply back as it came, with these among its members.
  'annotations?': nullable(list(urlCitation, { max: MAX_PARTS })),
  'parsed?': parsed,
  'reasoning?': nullable(text()),
  'reasoning_content?': nullable(text()),
  'audio?': nullable(refused(STORED)),
})

const instruction = (role: string) =>
  members({ role: oneOf(role), content: textContent, 'name?': name })

const message = tagged('role', {
  system: instruction('system'),
  developer: instruction('developer'),
  user: members({ role: oneOf('user'), content: userContent, 'name?': name }),
  assistant,
  tool: members({ role: oneOf('tool'), content: textContent, tool_call_id: id }),
  function: members({
    role: oneOf('function'),
    content: nullable(text()),
    name: text({ max: 256 }),
  }),
})

export const messages = list(message, { min: 1, max: MAX_MESSAGES })

/** `store: true` keeps the exchange at the provider, under the platform's account. */
export const store = nullable(because(STORED, oneOf(false)))
