/** The blocks that messages are made of. Those that the provider would have to look up are refused. */
import { webImageUrl } from '../image-url.ts'
import {
  anyObject,
  byType,
  flag,
  list,
  members,
  nullable,
  oneOf,
  refused,
  type Rule,
  tagged,
  text,
} from '../../rules.ts'

const MAX_MESSAGES = 10_000
const MAX_BLOCKS = 10_000

export const HOSTED = 'what the provider runs or keeps is billed apart and is not metered here'

export const cacheControl = nullable(
  members({ type: oneOf('ephemeral'), 'ttl?': nullable(oneOf('5m', '1h')) }),
)

const citations = nullable(members({ 'enabled?': nullable(flag) }))
const identifier = text({ max: 512 })

const textBlock = members({
  type: oneOf('text'),
  text: text(),
  'cache_control?': cacheControl,
  'citations?': nullable(list(anyObject, { max: MAX_BLOCKS })),
})

const imageBlock = members({
  type: oneOf('image'),
  source: tagged(
    'type',
    {
      base64: members({
        type: oneOf('base64'),
        media_type: oneOf('image/jpeg', 'image/png', 'image/gif', 'image/webp'),
        data: text(),
      }),
      url: members({ type: oneOf('url'), url: webImageUrl }),
    },
    { reason: 'files kept at the provider are shared by all tenants' },
  ),
  'cache_control?': cacheControl,
  'transformations?': nullable(
    members({ 'oversized_image?': nullable(oneOf('downsize', 'error')) }),
  ),
})

function blocks(table: Readonly<Record<string, Rule>>): Rule {
  return list(tagged('type', table, { reason: HOSTED }), { max: MAX_BLOCKS })
}

const documentBlock = members({
  type: oneOf('document'),
  source: tagged(
    'type',
    {
      text: members({ type: oneOf('text'), media_type: oneOf('text/plain'), data: text() }),
      content: members({
        type: oneOf('content'),
        content: byType({ string: text(), array: blocks({ text: textBlock, image: imageBlock }) }),
      }),
    },
    { reason: 'the size of a PDF or a stored file in tokens is not known before the call' },
  ),
  'title?': nullable(text()),
  'context?': nullable(text()),
  'citations?': citations,
  'cache_control?': cacheControl,
})

const searchResultBlock = members({
  type: oneOf('search_result'),
  source: text(),
  title: text(),
  content: blocks({ text: textBlock }),
  'citations?': citations,
  'cache_control?': cacheControl,
})

/** What a person or a tool may say. */
const material = {
  text: textBlock,
  image: imageBlock,
  document: documentBlock,
  search_result: searchResultBlock,
}

const toolset = nullable(refused(HOSTED))

const toolUseBlock = members({
  type: oneOf('tool_use'),
  id: identifier,
  name: identifier,
  input: anyObject,
  'caller?': nullable(members({ type: oneOf('direct') })),
  'toolset_name?': toolset,
  'cache_control?': cacheControl,
})

const toolResultBlock = members({
  type: oneOf('tool_result'),
  tool_use_id: identifier,
  'content?': nullable(byType({ string: text(), array: blocks(material) })),
  'is_error?': nullable(flag),
  'toolset_name?': toolset,
  'cache_control?': cacheControl,
})

const turnContent = byType({
  string: text(),
  array: blocks({
    ...material,
    tool_use: toolUseBlock,
    tool_result: toolResultBlock,
    thinking: members({ type: oneOf('thinking'), thinking: text(), signature: text() }),
    redacted_thinking: members({ type: oneOf('redacted_thinking'), data: text() }),
  }),
})

/** Instructions: a text, or text blocks. */
export const system = byType({ string: text(), array: blocks({ text: textBlock }) })

export const messages = list(
  tagged('role', {
    user: members({ role: oneOf('user'), content: turnContent }),
    assistant: members({ role: oneOf('assistant'), content: turnContent }),
    system: members({ role: oneOf('system'), content: system }),
  }),
  { min: 1, max: MAX_MESSAGES },
)
