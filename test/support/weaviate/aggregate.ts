// Aggregate: counts, and a few figures of a property, over all or by the values of one property.
import type { Selected } from './selection.ts'
import type { WeaviateObject } from './store.ts'

interface GroupedBy {
  readonly path: readonly string[]
  readonly value: string
}

interface Group {
  readonly objects: readonly WeaviateObject[]
  readonly groupedBy: GroupedBy | null
}

export function aggregate(
  objects: readonly WeaviateObject[],
  groupBy: readonly string[] | undefined,
  fields: readonly Selected[],
): object[] {
  const groups: Group[] =
    groupBy === undefined ? [{ objects, groupedBy: null }] : groupsOf(objects, groupBy)
  return groups.map((group) =>
    pick(fields, ({ name, children }) => {
      if (name === 'meta') return pick(children(), () => group.objects.length)
      if (name === 'groupedBy') return group.groupedBy && pickOf(children(), group.groupedBy)
      const values = group.objects.flatMap(({ properties }) => properties[name] ?? [])
      return pick(children(), (figure) => figureOf(values, figure))
    }),
  )
}

function groupsOf(objects: readonly WeaviateObject[], path: readonly string[]): Group[] {
  const name = path[0] ?? ''
  const values = [...new Set(objects.map(({ properties }) => properties[name]))]
  const groups = values.map((value) => ({
    objects: objects.filter(({ properties }) => properties[name] === value),
    groupedBy: { path, value: String(value) },
  }))
  return groups.toSorted((a, b) => b.objects.length - a.objects.length)
}

function figureOf(values: readonly unknown[], { name, children }: Selected): unknown {
  const numbers = values.filter((value) => typeof value === 'number')
  const sum = numbers.reduce((total, value) => total + value, 0)
  switch (name) {
    case 'count':
      return values.length
    case 'type':
      return typeof values[0] === 'number' ? 'number' : 'text'
    case 'sum':
      return sum
    case 'mean':
      return numbers.length === 0 ? null : sum / numbers.length
    case 'minimum':
      return numbers.length === 0 ? null : Math.min(...numbers)
    case 'maximum':
      return numbers.length === 0 ? null : Math.max(...numbers)
    case 'topOccurrences':
      return occurrences(values).map((one) => pick(children(), (field) => one.get(field.name)))
    default:
      throw new Error(`Cannot query field "${name}" on an aggregate.`)
  }
}

function occurrences(values: readonly unknown[]): Map<string, unknown>[] {
  const counts = new Map<unknown, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const ordered = [...counts].toSorted(([, a], [, b]) => b - a)
  return ordered.map(([value, occurs]) => new Map([['value', value], ['occurs', occurs]])) // prettier-ignore
}

function pickOf(fields: readonly Selected[], { path, value }: GroupedBy): object {
  return pick(fields, ({ name }) => (name === 'path' ? path : value))
}

function pick(fields: readonly Selected[], value: (field: Selected) => unknown): object {
  return Object.fromEntries(fields.map((field) => [field.key, value(field)]))
}
