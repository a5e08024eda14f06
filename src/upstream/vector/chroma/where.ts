/**
 * The filters `where` and `where_document`: values are the tenant's own, operators are those that are
 * known, and the whole has a bounded depth and number of clauses.
 */
import { type Json, isJsonArray, isJsonObject } from '../../json.ts'
import { anyNumber, fault, flag, list, type Rule, text, within } from '../../rules.ts'
import {
  MAX_METADATA_KEY_CHARACTERS,
  MAX_PATTERN_CHARACTERS,
  MAX_WHERE_BRANCHES,
  MAX_WHERE_CLAUSES,
  MAX_WHERE_DEPTH,
  MAX_WHERE_LIST_ITEMS,
} from './bounds.ts'

type Operators = Readonly<Record<string, Rule>>

const scalar: Rule = (value) => {
  if (typeof value === 'string') return null
  if (typeof value === 'boolean') return flag(value)
  return anyNumber(value) === null ? null : fault('must be a string, a number, true or false')
}

const scalars = list(scalar, { min: 1, max: MAX_WHERE_LIST_ITEMS })
const pattern = text({ max: MAX_PATTERN_CHARACTERS })

const COMPARISONS: Operators = {
  $eq: scalar,
  $ne: scalar,
  $gt: anyNumber,
  $gte: anyNumber,
  $lt: anyNumber,
  $lte: anyNumber,
  $in: scalars,
  $nin: scalars,
  // Of arrays in metadata, and of documents by their key `#document`, on newer servers.
  $contains: scalar,
  $not_contains: scalar,
  $regex: pattern,
  $not_regex: pattern,
}

const DOCUMENT_TESTS: Operators = {
  $contains: text(),
  $not_contains: text(),
  $regex: pattern,
  $not_regex: pattern,
}

export const where: Rule = bounded(tree(fieldTest))
export const whereDocument: Rule = bounded(
  tree((operator, operand) => test(DOCUMENT_TESTS, operator, operand)),
)

/** Looks at the one member that an object of a filter has. */
type MemberRule = (name: string, value: Json) => ReturnType<Rule>

/** An object of one member, to be joined by `$and` and `$or` to any depth that is allowed. */
function tree(leaf: MemberRule, depth = MAX_WHERE_DEPTH): Rule {
  return single((name, value) => {
    if (name !== '$and' && name !== '$or') return leaf(name, value)
    if (depth === 0) return fault(`is nested deeper than ${MAX_WHERE_DEPTH}`)
    return list(tree(leaf, depth - 1), { min: 1, max: MAX_WHERE_BRANCHES })(value)
  })
}

function fieldTest(field: string, value: Json): ReturnType<Rule> {
  if (field.startsWith('$') || field === '' || field.length > MAX_METADATA_KEY_CHARACTERS) {
    return fault('is neither an operator known here nor a name of metadata')
  }
  if (!isJsonObject(value)) return scalar(value)
  return single((operator, operand) => test(COMPARISONS, operator, operand))(value)
}

function test(operators: Operators, operator: string, operand: Json): ReturnType<Rule> {
  const rule = Object.hasOwn(operators, operator) ? operators[operator] : undefined
  if (rule !== undefined) return rule(operand)
  return fault(`must be one of ${Object.keys(operators).join(', ')}`)
}

function single(member: MemberRule): Rule {
  return (value) => {
    const names = isJsonObject(value) ? Object.keys(value) : []
    const [name] = names
    if (!isJsonObject(value) || name === undefined || names.length > 1) {
      return fault('must be an object with exactly one member')
    }
    const wrong = member(name, value[name] ?? null)
    return wrong === null ? null : within(name.slice(0, 64), wrong)
  }
}

function bounded(rule: Rule): Rule {
  return (value) => {
    const wrong = rule(value)
    if (wrong !== null) return wrong
    return countObjects(value) <= MAX_WHERE_CLAUSES
      ? null
      : fault(`must have at most ${MAX_WHERE_CLAUSES} clauses`)
  }
}

function countObjects(value: Json): number {
  if (isJsonArray(value)) return value.reduce<number>((sum, item) => sum + countObjects(item), 0)
  if (!isJsonObject(value)) return 0
  return Object.values(value).reduce<number>((sum, item) => sum + countObjects(item), 1)
}
