/** A query as a whole: `Get` and `Aggregate`, and under them declared classes in the caller's tenant. */
import type { FieldNode } from 'graphql'
import type { BadInput } from '../../../adapter.ts'
import type { Home } from '../classes.ts'
import { aggregateArguments, getArguments } from './arguments.ts'
import { readDocument } from './document.ts'
import { notThere, refuse, Refused } from './refused.ts'
import {
  FieldCount,
  readAggregateFields,
  readFields,
  readObjectFields,
  type Selected,
  writeSelection,
} from './selection.ts'

export type ReadQuery =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly bad: BadInput | 'not_found' }

export interface Query {
  /** Made anew of what was read. */
  readonly text: string
  readonly fields: readonly Selected[]
  /** Classes that are searched, each time that one is. */
  readonly searches: number
}

export function readQuery(home: Home, text: string, operationName: string | null): ReadQuery {
  try {
    const { name, selectionSet } = readDocument(text)
    if (operationName !== null && operationName !== name?.value) {
      refuse('operationName', 'names an operation that is not there')
    }
    const count = new FieldCount()
    const fields = readFields(selectionSet, 'query', (node, at) => readRoot(home, node, at, count))
    const searches = fields.reduce((sum, root) => sum + root.fields.length, 0)
    return { ok: true, query: { text: writeSelection(fields), fields, searches } }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, bad: error.bad }
    throw error
  }
}

const ROOTS = {
  Get: { args: getArguments, fields: readObjectFields },
  Aggregate: { args: aggregateArguments, fields: readAggregateFields },
}

function readRoot(home: Home, node: FieldNode, at: string, count: FieldCount): Selected {
  const { name, selectionSet } = node
  const root = name.value
  if (root !== 'Get' && root !== 'Aggregate') return refuse(at, 'is not offered here')
  if ((node.arguments ?? []).length > 0) refuse(at, 'takes no arguments')
  const classes = readFields(selectionSet, root, (one, place) => {
    const className = one.name.value
    // As GraphQL has it the name is exact; the server makes no letter a capital here.
    if (!home.settings.classes.includes(className)) return notThere()
    count.take(place)
    return {
      name: className,
      args: ROOTS[root].args(home, one.arguments ?? [], place),
      fields: ROOTS[root].fields(one.selectionSet, place, home.settings, count),
      on: [],
    }
  })
  return { name: root, args: '', fields: classes, on: [] }
}
