/** Tools that the client itself runs. What the provider would run is refused. */
import {
  anyObject,
  because,
  flag,
  integer,
  list,
  members,
  nullable,
  oneOf,
  type Rule,
  tagged,
  text,
} from '../../rules.ts'
import { cacheControl, HOSTED } from './block-rules.ts'

const MAX_TOOLS = 1_000

const toolName = text({ pattern: /^[A-Za-z0-9_.-]{1,128}$/ })

const customTool = members({
  'type?': nullable(oneOf('custom')),
  name: toolName,
  'description?': nullable(text()),
  input_schema: anyObject,
  'input_examples?': nullable(list(anyObject, { max: 100 })),
  'strict?': nullable(flag),
  'eager_input_streaming?': nullable(flag),
  'defer_loading?': nullable(because(HOSTED, oneOf(false))),
  'allowed_callers?': nullable(list(because(HOSTED, oneOf('direct')), { max: 1 })),
  'cache_control?': cacheControl,
})

/** Defined by the provider, run by the client; they differ in name only. */
function builtIn(type: string, name: string): Rule {
  return members({
    type: oneOf(type),
    name: oneOf(name),
    'max_characters?': nullable(integer(1, 10_000_000)),
    'cache_control?': cacheControl,
  })
}

export const tools = nullable(
  list(
    tagged(
      'type',
      {
        custom: customTool,
        bash_20250124: builtIn('bash_20250124', 'bash'),
        text_editor_20250124: builtIn('text_editor_20250124', 'str_replace_editor'),
        text_editor_20250429: builtIn('text_editor_20250429', 'str_replace_based_edit_tool'),
        text_editor_20250728: builtIn('text_editor_20250728', 'str_replace_based_edit_tool'),
      },
      { absent: 'custom', reason: HOSTED },
    ),
    { max: MAX_TOOLS },
  ),
)

const oneAtATime = { 'disable_parallel_tool_use?': nullable(flag) }

export const toolChoice = nullable(
  tagged('type', {
    auto: members({ type: oneOf('auto'), ...oneAtATime }),
    any: members({ type: oneOf('any'), ...oneAtATime }),
    tool: members({ type: oneOf('tool'), name: toolName, ...oneAtATime }),
    none: members({ type: oneOf('none') }),
  }),
)
