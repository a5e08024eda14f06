/** Tools that the client itself runs. What the provider would run is billed apart and refused. */
import {
  anyObject,
  byType,
  flag,
  list,
  members,
  nullable,
  oneOf,
  tagged,
  text,
} from '../../rules.ts'

const MAX_TOOLS = 1_000
const HOSTED = 'tools that the provider runs are billed apart and are not metered here'

const toolName = text({ pattern: /^[A-Za-z0-9_.-]{1,128}$/ })

const definition = members({
  name: toolName,
  'description?': nullable(text()),
  'parameters?': nullable(anyObject),
  'strict?': nullable(flag),
})

const customFormat = tagged('type', {
  text: members({ type: oneOf('text') }),
  grammar: members({
    type: oneOf('grammar'),
    grammar: members({ definition: text(), syntax: oneOf('lark', 'regex') }),
  }),
})

const customDefinition = members({
  name: toolName,
  'description?': nullable(text()),
  'format?': nullable(customFormat),
})

const tool = tagged(
  'type',
  {
    function: members({ type: oneOf('function'), function: definition }),
    custom: members({ type: oneOf('custom'), custom: customDefinition }),
  },
  { reason: HOSTED },
)

const named = members({ name: toolName })

const chosenTool = {
  function: members({ type: oneOf('function'), function: named }),
  custom: members({ type: oneOf('custom'), custom: named }),
}

export const tools = nullable(list(tool, { max: MAX_TOOLS }))

/** The older form of `tools`. */
export const functions = nullable(list(definition, { max: MAX_TOOLS }))

export const functionCall = nullable(byType({ string: oneOf('none', 'auto'), object: named }))

export const toolChoice = nullable(
  byType({
    string: oneOf('none', 'auto', 'required'),
    object: tagged('type', {
      ...chosenTool,
      allowed_tools: members({
        type: oneOf('allowed_tools'),
        allowed_tools: members({
          mode: oneOf('auto', 'required'),
          tools: list(tagged('type', chosenTool), { max: MAX_TOOLS }),
        }),
      }),
    }),
  }),
)
