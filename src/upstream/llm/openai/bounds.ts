/** Members that several operations share, and the bounds of what multiplies the bill. */
import {
  byType,
  flag,
  integer,
  list,
  mapOf,
  members,
  nullable,
  number,
  text,
  wideInteger,
} from '../../rules.ts'

/** No model generates more; keeps cap times choices far below 2^53. */
const MAX_OUTPUT_CAP = 10_000_000
const MAX_CHOICES = 128

/** 0 is refused too: it would be a call for nothing, and a few servers read it as no cap. */
export const outputCap = nullable(integer(1, MAX_OUTPUT_CAP))

export const choiceCount = nullable(integer(1, MAX_CHOICES))

export const endUser = nullable(text({ max: 512 }))

export const streamOptions = nullable(
  members({ 'include_usage?': nullable(flag), 'include_obfuscation?': nullable(flag) }),
)

/** How the next token is chosen; costs nothing, so the ranges are left to the upstream. */
export const sampling = {
  'temperature?': nullable(number),
  'top_p?': nullable(number),
  'frequency_penalty?': nullable(number),
  'presence_penalty?': nullable(number),
  'logit_bias?': nullable(mapOf(number, 1_024)),
  'seed?': nullable(wideInteger),
  'stop?': nullable(byType({ string: text(), array: list(text(), { max: 16 }) })),
}
