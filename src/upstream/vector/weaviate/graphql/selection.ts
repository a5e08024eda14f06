/** The fields that a query selects, as plain data: to be written to the server, and to read its answer by. */
import { type FieldNode, Kind, type SelectionSetNode } from 'graphql'
import type { VectorSettings } from '../../adapter.ts'
import { PROPERTY_NAME, VECTOR_NAME } from '../classes.ts'
import { MAX_FIELDS, MAX_GROUPS, MAX_REFERENCE_STEPS } from './bounds.ts'
import { refuseDirectives } from './document.ts'
import { notThere, refuse } from './refused.ts'
import { integer, writeMembers } from './values.ts'

export interface Selected {
  readonly name: string
  /** With its parentheses; '' for none. */
  readonly args: string
  readonly fields: readonly Selected[]
  /** What is selected of the objects that a reference leads to, by their class. */
  readonly on: readonly { readonly className: string; readonly fields: readonly Selected[] }[]
}

export function writeSelection(fields: readonly Selected[]): string {
  return `{${fields.map(writeField).join(' ')}}`
}

function writeField({ name, args, fields, on }: Selected): string {
  const below = [
    ...fields.map(writeField),
    ...on.map((one) => `...on ${one.className}${writeSelection(one.fields)}`),
  ]
  return `${name}${args}${below.length === 0 ? '' : `{${below.join(' ')}}`}`
}

/** Counts the fields of one query. */
export class FieldCount {
  #left = MAX_FIELDS

  take(at: string): void {
    this.#left -= 1
    if (this.#left < 0) refuse(at, `is too much: a query has at most ${MAX_FIELDS} fields`)
  }
}

interface Within {
  readonly settings: VectorSettings
  readonly count: FieldCount
  /** References that may still be followed. */
  readonly steps: number
}

export type ReadField = (node: FieldNode, at: string) => Selected

/** Fields alone, each once and by its own name. Throws `Refused`. */
export function readFields(
  set: SelectionSetNode | undefined,
  at: string,
  read: ReadField,
): readonly Selected[] {
  if (set === undefined) return refuse(at, 'must say which fields')
  const seen = new Set<string>()
  return set.selections.map((node) => {
    if (node.kind !== Kind.FIELD) return refuse(at, 'must have no fragments here')
    const { alias, directives, name } = node
    const place = `${at}.${name.value}`
    if (alias !== undefined) refuse(at, 'must have no aliases')
    refuseDirectives(place, directives)
    if (seen.has(name.value)) refuse(place, 'stands there twice')
    seen.add(name.value)
    return read(node, place)
  })
}

export function readObjectFields(
  set: SelectionSetNode | undefined,
  at: string,
  settings: VectorSettings,
  count: FieldCount,
): readonly Selected[] {
  return objectFields({ settings, count, steps: MAX_REFERENCE_STEPS }, set, at)
}

/** Of an object: its properties, and what the server knows besides. */
function objectFields(within: Within, set: SelectionSetNode | undefined, at: string) {
  return readFields(set, at, (node, place) => {
    within.count.take(place)
    refuseArguments(node, place)
    return node.name.value === '_additional'
      ? branch(node, readFields(node.selectionSet, place, additional(within)))
      : property(within, node, place)
  })
}

function property(within: Within, node: FieldNode, at: string): Selected {
  const { name, selectionSet } = node
  refuseName(name.value, at)
  if (selectionSet === undefined) return leaf(node)
  const { selections } = selectionSet
  if (!selections.some(({ kind }) => kind === Kind.INLINE_FRAGMENT)) {
    const fields = readFields(selectionSet, at, (inner, place) => {
      within.count.take(place)
      refuseArguments(inner, place)
      return property(within, inner, place)
    })
    return branch(node, fields)
  }
  if (within.steps === 0) refuse(at, `follows more than ${MAX_REFERENCE_STEPS} references`)
  const below = { ...within, steps: within.steps - 1 }
  const seen = new Set<string>()
  const on = selections.map((selection) => {
    if (selection.kind !== Kind.INLINE_FRAGMENT)
      return refuse(at, 'must say "... on Class" for all')
    refuseDirectives(at, selection.directives)
    const className = selection.typeCondition?.name.value ?? ''
    if (!within.settings.classes.includes(className)) return notThere()
    if (seen.has(className)) refuse(at, 'names a class twice')
    seen.add(className)
    return { className, fields: objectFields(below, selection.selectionSet, `${at}.${className}`) }
  })
  return { name: name.value, args: '', fields: [], on }
}

/** Those that cost nothing but to be told. */
const ADDITIONAL = [
  'id',
  'vector',
  'distance',
  'certainty',
  'score',
  'explainScore',
  'creationTimeUnix',
  'lastUpdateTimeUnix',
  'isConsistent',
]
const GROUP = ['id', 'count', 'minDistance', 'maxDistance']

function additional(within: Within): ReadField {
  return (node, at) => {
    within.count.take(at)
    refuseArguments(node, at)
    switch (node.name.value) {
      case 'vectors':
        return branch(node, readFields(node.selectionSet, at, oneOf(within, VECTOR_NAME)))
      case 'group':
        return branch(node, readFields(node.selectionSet, at, group(within)))
      default:
        return oneOf(within, ADDITIONAL)(node, at)
    }
  }
}

/** Of what `groupBy` has put together; its hits are objects. */
function group(within: Within): ReadField {
  return (node, at) => {
    switch (node.name.value) {
      case 'groupedBy':
        return branch(node, readFields(node.selectionSet, at, oneOf(within, ['path', 'value'])))
      case 'hits':
        refuseArguments(node, at)
        return branch(node, objectFields(within, node.selectionSet, at))
      default:
        return oneOf(within, GROUP)(node, at)
    }
  }
}

const AGGREGATED = [
  'count',
  'type',
  'minimum',
  'maximum',
  'mean',
  'median',
  'mode',
  'sum',
  'totalTrue',
  'totalFalse',
  'percentageTrue',
  'percentageFalse',
]

/** Of a class under `Aggregate`. */
export function readAggregateFields(
  set: SelectionSetNode | undefined,
  at: string,
  settings: VectorSettings,
  count: FieldCount,
): readonly Selected[] {
  const within = { settings, count, steps: 0 }
  return readFields(set, at, (node, place) => {
    count.take(place)
    refuseArguments(node, place)
    switch (node.name.value) {
      case 'meta':
        return branch(node, readFields(node.selectionSet, place, oneOf(within, ['count'])))
      case 'groupedBy':
        return branch(node, readFields(node.selectionSet, place, oneOf(within, ['path', 'value'])))
      default:
        refuseName(node.name.value, place)
        return branch(node, readFields(node.selectionSet, place, figure(within)))
    }
  })
}

function figure(within: Within): ReadField {
  return (node, at) => {
    if (node.name.value !== 'topOccurrences') return oneOf(within, AGGREGATED)(node, at)
    within.count.take(at)
    const args = writeMembers(node.arguments ?? [], { 'limit?': integer(1, MAX_GROUPS) }, at)
    const fields = readFields(node.selectionSet, at, oneOf(within, ['value', 'occurs']))
    return { ...branch(node, fields), args: args === '' ? '' : `(${args})` }
  }
}

/** A field without any below it. */
function oneOf({ count }: Within, names: readonly string[] | RegExp): ReadField {
  return (node, at) => {
    count.take(at)
    refuseArguments(node, at)
    const name = node.name.value
    const isKnown = names instanceof RegExp ? names.test(name) : names.includes(name)
    if (!isKnown || node.selectionSet !== undefined) refuse(at, 'is not offered here')
    return leaf(node)
  }
}

function leaf({ name }: FieldNode): Selected {
  return { name: name.value, args: '', fields: [], on: [] }
}

function branch(node: FieldNode, fields: readonly Selected[]): Selected {
  return { ...leaf(node), fields }
}

function refuseArguments(node: FieldNode, at: string): void {
  if ((node.arguments ?? []).length > 0) refuse(at, 'takes no arguments here')
}

/** Two underscores are GraphQL's own: what types and fields there are. */
function refuseName(name: string, at: string): void {
  if (!PROPERTY_NAME.test(name) || name.startsWith('_')) refuse(at, 'is not offered here')
}
