/**
 * From what zod found wrong with an input to the problem that the caller is told: each wrong
 * member by its path, and why. Values are never repeated, for they may be secrets.
 */
import type * as z from 'zod'
import { Problem } from '../problem/problem.ts'

const MAX_ERRORS = 20
const MAX_MEMBER_CHARS = 200

interface MemberError {
  readonly member: string
  readonly message: string
}

export function invalidInput(error: z.ZodError): Problem {
  const errors = error.issues.flatMap(memberErrors).slice(0, MAX_ERRORS)
  const [first] = errors
  if (first === undefined) return new Problem('InvalidMember', 'The input is not acceptable.')
  return new Problem('InvalidMember', `${first.member || 'the input'}: ${first.message}`, {
    param: first.member,
    errors,
  })
}

function memberErrors(issue: z.core.$ZodIssue): MemberError[] {
  const at = (path: readonly PropertyKey[]) => path.map(String).join('.').slice(0, MAX_MEMBER_CHARS)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ member: at([...issue.path, key]), message: issue.message }))
  }
  // Why the name of a member is wrong stands one level deeper than that it is.
  const why = issue.code === 'invalid_key' ? issue.issues[0] : issue
  return [{ member: at(issue.path), message: (why ?? issue).message }]
}
