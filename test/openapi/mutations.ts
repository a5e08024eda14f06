// Bodies that are nearly right: an example with one thing about it changed.
import fc from 'fast-check'

type Path = readonly (string | number)[]

const VALUES = [null, true, 0, 1, -1, 1.5, 1e20, '', 'x', '2', [], ['x'], {}, { x: 1 }]

/** A copy of the example in which one value is another, one member is gone, or one is too many. */
export function mutationsOf(example: object): fc.Arbitrary<{ body: unknown; at: Path }> {
  const places = placesOf(example)
  const objects = [[], ...places].filter((path) => isPlainObject(valueAt(example, path)))
  const replaced = fc
    .tuple(fc.constantFrom([], ...places), fc.constantFrom(...VALUES))
    .map(([at, value]) => ({ body: withValue(example, at, value), at }))
  const added = fc
    .tuple(fc.constantFrom(...objects), fc.constantFrom('nonsense', 'Name', 'toString', 'tenant'))
    .map(([at, name]) => ({ body: withValue(example, [...at, name], 1), at: [...at, name] }))
  if (places.length === 0) return fc.oneof(replaced, added)
  const removed = fc
    .constantFrom(...places)
    .map((at) => ({ body: withValue(example, at, undefined), at }))
  return fc.oneof(replaced, added, removed)
}

function placesOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, below]) => {
    const path = [...at, Array.isArray(value) ? Number(name) : name]
    return [path, ...placesOf(below, path)]
  })
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, name) => (at as Record<string | number, unknown>)[name], value)
}

function withValue(value: unknown, [name, ...rest]: Path, next: unknown): unknown {
  if (name === undefined) return next
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown, at) => {
      if (at !== name) return [each]
      const changed = withValue(each, rest, next)
      return changed === undefined ? [] : [changed]
    })
  }
  const { [name]: old, ...others } = value as Record<string | number, unknown>
  const changed = withValue(old, rest, next)
  return changed === undefined ? others : { ...others, [name]: changed }
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
