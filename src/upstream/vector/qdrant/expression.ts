/** Formulas that rescore what a prefetch found: an expression over scores, payload and conditions. */
import { isJsonObject } from '../../json.ts'
import {
  anyNumber,
  fault,
  list,
  mapOf,
  members,
  nullable,
  type Rule,
  text,
  within,
} from '../../rules.ts'
import { condition, geoPoint, isCondition } from './filter.ts'
import { MAX_FORMULA_TERMS } from './limits.ts'
import { payloadPath } from './tag.ts'

const SCORE = /^\$score(?:\[[0-9]+\])?$/

/** A variable: a score of a prefetch, or a number in the payload. */
const variable: Rule = (value) =>
  typeof value === 'string' && SCORE.test(value) ? null : payloadPath(value)

const expression: Rule = (value) => {
  if (typeof value === 'string') return variable(value)
  if (!isJsonObject(value)) return anyNumber(value)
  if (isCondition(value)) return condition(value)
  const kind = Object.keys(EXPRESSIONS).find((name) => Object.hasOwn(value, name))
  const rule = kind === undefined ? undefined : EXPRESSIONS[kind]
  return rule === undefined ? fault('is not an expression known here') : rule(value)
}

const terms = list(expression, { max: MAX_FORMULA_TERMS })

const decay = members({
  x: expression,
  'target?': nullable(expression),
  'scale?': nullable(anyNumber),
  'midpoint?': nullable(anyNumber),
})

const EXPRESSIONS: Readonly<Record<string, Rule>> = {
  geo_distance: members({ geo_distance: members({ origin: geoPoint, to: payloadPath }) }),
  datetime: members({ datetime: text({ max: 64 }) }),
  datetime_key: members({ datetime_key: payloadPath }),
  mult: members({ mult: terms }),
  sum: members({ sum: terms }),
  neg: members({ neg: expression }),
  abs: members({ abs: expression }),
  div: members({
    div: members({
      left: expression,
      right: expression,
      'by_zero_default?': nullable(anyNumber),
    }),
  }),
  sqrt: members({ sqrt: expression }),
  pow: members({ pow: members({ base: expression, exponent: expression }) }),
  exp: members({ exp: expression }),
  log10: members({ log10: expression }),
  ln: members({ ln: expression }),
  lin_decay: members({ lin_decay: decay }),
  exp_decay: members({ exp_decay: decay }),
  gauss_decay: members({ gauss_decay: decay }),
}

/** What stands in for what a payload lacks. */
const defaults: Rule = (value) => {
  const wrong = mapOf(() => null, MAX_FORMULA_TERMS)(value)
  if (wrong !== null || !isJsonObject(value)) return wrong
  for (const name of Object.keys(value)) {
    const misnamed = variable(name)
    if (misnamed !== null) return within(name.slice(0, 64), misnamed)
  }
  return null
}

export const formula: Rule = members({ formula: expression, 'defaults?': defaults })
