/**
 * Which properties a class has. The server would add whatever an object brings along to the class, for
 * all tenants to see and to be bound by; so that a write is held back unless the class has them all.
 * A property once there stays there: what was seen is remembered, and asked again only for the rest.
 */
import { Problem } from '../../../problem/problem.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import type { Service, VectorSettings } from '../adapter.ts'
import type { Home } from './classes.ts'
import { ask } from './exchange.ts'

/** By name; null where names below are the type's own, or none. */
interface Names extends ReadonlyMap<string, Names | null> {}

export interface Written {
  readonly className: string
  readonly properties: JsonObject
}

/** By upstream, of which an isolate holds the settings once. */
const seen = new WeakMap<VectorSettings, Map<string, Names>>()

/** Throws Problem for the first property that its class has not. */
export async function demandProperties(
  service: Service,
  home: Home,
  written: readonly Written[],
): Promise<void> {
  const known = seen.get(home.settings) ?? new Map<string, Names>()
  seen.set(home.settings, known)
  const asked = new Set<string>()
  for (const { className, properties } of written) {
    const names = known.get(className)
    if (names !== undefined && strayName(names, properties) === null) continue
    if (!asked.has(className)) {
      asked.add(className)
      known.set(className, await askNames(service, home, className))
    }
    const stray = strayName(known.get(className) ?? new Map(), properties)
    if (stray !== null) throw unknownProperty(stray)
  }
}

function unknownProperty(name: string): Problem {
  return new Problem('InvalidMember', `properties.${name} is not a property of this class.`, {
    param: `properties.${name}`,
    remedy: 'The operator declares the properties of a class, for all who use it.',
  })
}

async function askNames(service: Service, home: Home, className: string): Promise<Names> {
  const path = ['v1', 'schema', className]
  const { body } = await ask(service, home, { method: 'GET', path, writes: false })
  return namesIn(memberOf(body, 'properties'))
}

function namesIn(properties: unknown): Names {
  const entries = itemsOf(properties).flatMap((property): [string, Names | null][] => {
    const name = stringIn(property, 'name')
    if (name === null) return []
    const isObject = itemsOf(memberOf(property, 'dataType')).some(
      (type) => type === 'object' || type === 'object[]',
    )
    return [[name, isObject ? namesIn(memberOf(property, 'nestedProperties')) : null]]
  })
  return new Map(entries)
}

/** The first name that is not one of these, with those above it; null when all are. */
function strayName(names: Names, value: Json): string | null {
  if (isJsonArray(value)) {
    for (const item of value) {
      const stray = strayName(names, item)
      if (stray !== null) return stray
    }
    return null
  }
  if (!isJsonObject(value)) return null
  for (const name of Object.keys(value)) {
    const below = names.get(name)
    if (below === undefined) return name
    const stray = below === null ? null : strayName(below, value[name] ?? null)
    if (stray !== null) return `${name}.${stray}`
  }
  return null
}
