/**
 * The text of a query, read by a GraphQL parser. One query of fields and nothing else: whatever lets a
 * field or an argument be written elsewhere than where it acts (fragments by name, variables, aliases,
 * directives, several operations) is refused, so that what is looked at is what is done.
 */
import {
  GraphQLError,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  parse,
  Source,
  TokenKind,
} from 'graphql'
import { MAX_NESTING, MAX_QUERY_CHARACTERS, MAX_TOKENS } from './bounds.ts'
import { refuse } from './refused.ts'

const OPENS: readonly string[] = [TokenKind.BRACE_L, TokenKind.PAREN_L, TokenKind.BRACKET_L]
const CLOSES: readonly string[] = [TokenKind.BRACE_R, TokenKind.PAREN_R, TokenKind.BRACKET_R]

/** Throws `Refused`. */
export function readDocument(text: string): OperationDefinitionNode {
  if (text.length > MAX_QUERY_CHARACTERS) {
    refuse('query', `must have at most ${MAX_QUERY_CHARACTERS} characters`)
  }
  const { definitions } = parseShallow(text)
  const [operation, ...others] = definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) {
    refuse('query', 'must be one operation, without fragments')
  }
  if (operation.operation !== 'query') refuse('query', 'must not be a mutation or subscription')
  if ((operation.variableDefinitions ?? []).length > 0) {
    refuse('query', 'must have no variables: write the values in their places')
  }
  refuseDirectives('query', operation.directives)
  return operation
}

export function refuseDirectives(at: string, directives: readonly unknown[] = []): void {
  if (directives.length > 0) refuse(at, 'must have no directives')
}

function parseShallow(text: string) {
  try {
    checkNesting(text)
    return parse(text, { noLocation: true })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const [{ line, column } = { line: 1, column: 1 }] = error.locations ?? []
    return refuse('query', `is not GraphQL, at line ${line}, column ${column}`)
  }
}

/** The parser recurses, so that depth is counted without it. */
function checkNesting(text: string): void {
  const lexer = new Lexer(new Source(text))
  let depth = 0
  for (let tokens = 0; lexer.advance().kind !== TokenKind.EOF; tokens += 1) {
    const { kind } = lexer.token
    if (OPENS.includes(kind)) depth += 1
    else if (CLOSES.includes(kind)) depth -= 1
    if (depth > MAX_NESTING) refuse('query', `must nest at most ${MAX_NESTING} deep`)
    if (tokens > MAX_TOKENS) refuse('query', `must have at most ${MAX_TOKENS} tokens`)
  }
}
