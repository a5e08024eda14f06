// A GraphQL document made plain: fragments and inline fragments spread, directives obeyed, variables
// put in. All that a class's name can hide behind is resolved here, as a real server resolves it.
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'

export interface Selected {
  /** What the answer calls it: the alias, or the name. */
  readonly key: string
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
  readonly children: Selection
}

/** The fields selected of a type; a fragment counts where its type is this one, or is not told. */
export type Selection = (type?: string) => Selected[]

type Variables = Readonly<Record<string, unknown>>

/** Throws `GraphQLError` or `Error` with what the server would say. */
export function readDocument(
  query: string,
  variables: Variables,
  operationName: string | null | undefined,
): Selection {
  const document = parse(query)
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  )
  const named = operations.filter(({ name }) => !operationName || name?.value === operationName)
  const [operation] = named
  if (operation === undefined || named.length > 1) {
    throw new Error('Must provide operation name if query contains multiple operations.')
  }
  if (operation.operation !== 'query') throw new Error('Schema is not configured for mutations')
  return new Reader(document, withDefaults(operation, variables)).selection(operation.selectionSet)
}

function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, given: Variables) {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]],
  )
  return { ...(Object.fromEntries(defaults) as Variables), ...given }
}

class Reader {
  readonly #document: DocumentNode
  readonly #variables: Variables

  constructor(document: DocumentNode, variables: Variables) {
    this.#document = document
    this.#variables = variables
  }

  selection(set: SelectionSetNode | undefined): Selection {
    return (type) => (set === undefined ? [] : this.#fields(set, type, []))
  }

  #fields(set: SelectionSetNode, type: string | undefined, spread: readonly string[]): Selected[] {
    return set.selections.flatMap((node) => {
      if (!this.#isIncluded(node.directives ?? [])) return []
      if (node.kind === Kind.FIELD) return [this.#field(node)]
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value
        return isOther(type, condition) ? [] : this.#fields(node.selectionSet, type, spread)
      }
      const name = node.name.value
      if (spread.includes(name)) throw new Error(`Cannot spread fragment "${name}" within itself.`)
      const fragment = this.#document.definitions.find(
        (definition) =>
          definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
      )
      if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) {
        throw new Error(`Unknown fragment "${name}".`)
      }
      const condition = fragment.typeCondition.name.value
      if (isOther(type, condition)) return []
      return this.#fields(fragment.selectionSet, type, [...spread, name])
    })
  }

  #field(node: FieldNode): Selected {
    const args = (node.arguments ?? []).map((argument) => {
      return [argument.name.value, valueFromASTUntyped(argument.value, this.#variables)]
    })
    return {
      key: node.alias?.value ?? node.name.value,
      name: node.name.value,
      args: Object.fromEntries(args) as Record<string, unknown>,
      children: this.selection(node.selectionSet),
    }
  }

  #isIncluded(directives: NonNullable<FieldNode['directives']>): boolean {
    return directives.every(({ name, arguments: args = [] }) => {
      const [condition] = args.map(({ value }) => valueFromASTUntyped(value, this.#variables))
      return name.value === 'skip' ? condition !== true : condition !== false
    })
  }
}

function isOther(type: string | undefined, condition: string | undefined): boolean {
  return type !== undefined && condition !== undefined && condition !== type
}
