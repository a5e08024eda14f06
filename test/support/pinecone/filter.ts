// Metadata filters: `$eq $ne $gt $gte $lt $lte $in $nin $exists $and $or`, a bare value for `$eq`,
// and a list in the metadata that matches when any of its members does.
import { refuse } from './errors.ts'

type Members = Readonly<Record<string, unknown>>

export function matches(
  metadata: Members | undefined,
  filter: Members | null | undefined,
): boolean {
  return Object.entries(filter ?? {}).every(([key, condition]) => {
    if (key === '$and') return clauses(condition).every((clause) => matches(metadata, clause))
    if (key === '$or') return clauses(condition).some((clause) => matches(metadata, clause))
    if (key.startsWith('$')) refuse(3, `${key} is not a valid operator at the top level`)
    return satisfies(metadata?.[key], condition)
  })
}

function clauses(condition: unknown): Members[] {
  if (!Array.isArray(condition)) refuse(3, '$and and $or take a list')
  return condition.filter(isMembers)
}

function satisfies(value: unknown, condition: unknown): boolean {
  if (!isMembers(condition)) return holds(value, '$eq', condition)
  return Object.entries(condition).every(([operator, wanted]) => holds(value, operator, wanted))
}

function holds(value: unknown, operator: string, wanted: unknown): boolean {
  const members: unknown[] = Array.isArray(value) ? value : [value]
  const list: unknown[] = Array.isArray(wanted) ? wanted : [wanted]
  switch (operator) {
    case '$eq':
      return members.includes(wanted)
    case '$ne':
      return !members.includes(wanted)
    case '$in':
      return members.some((member) => list.includes(member))
    case '$nin':
      return !members.some((member) => list.includes(member))
    case '$exists':
      return (value !== undefined) === wanted
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return compares(value, operator, wanted)
    default:
      return refuse(3, `${operator} is not a valid operator`)
  }
}

function compares(value: unknown, operator: string, wanted: unknown): boolean {
  if (typeof wanted !== 'number') refuse(3, `the ${operator} operator must be followed by a number`)
  if (typeof value !== 'number') return false
  if (value === wanted) return operator.endsWith('e')
  return operator.startsWith('$gt') ? value > wanted : value < wanted
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
