/**
 * Beacons, `weaviate://localhost/Class/uuid`: what a reference points at. The server follows one
 * wherever it leads, so that only those into declared classes go to it, and only those come back.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { stringIn } from '../../json-read.ts'
import { type Fault, fault, type Rule, within } from '../../rules.ts'
import type { VectorSettings } from '../adapter.ts'
import { PROPERTY_NAME } from './classes.ts'

const BEACON =
  /^weaviate:\/\/localhost\/([A-Z][_0-9A-Za-z]{0,254})\/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/

export interface Beacon {
  readonly className: string
  readonly id: string
}

/** null for one that does not name a declared class, exactly as declared, and an id. */
export function readBeacon({ classes }: VectorSettings, text: string): Beacon | null {
  const [, className = '', id = ''] = BEACON.exec(text) ?? []
  return classes.includes(className) ? { className, id } : null
}

/** With the property behind it from which a reference starts. */
export function readSource(
  settings: VectorSettings,
  text: string,
): (Beacon & { readonly property: string }) | null {
  const at = text.lastIndexOf('/')
  const beacon = readBeacon(settings, text.slice(0, at))
  const property = text.slice(at + 1)
  return beacon !== null && PROPERTY_NAME.test(property) ? { ...beacon, property } : null
}

const WANTED = 'must be weaviate://localhost/Class/uuid with a class that is offered here'

export function beaconRule(settings: VectorSettings): Rule {
  return (value) =>
    typeof value === 'string' && readBeacon(settings, value) !== null ? null : fault(WANTED)
}

/**
 * Finds a reference that leads elsewhere, however deep in an object's properties. A member `beacon` is
 * always taken for one; beside it may stand the `href` that the server itself answers, and no more.
 */
export function referencesRule(settings: VectorSettings): Rule {
  const rule: Rule = (value) => {
    if (isJsonArray(value)) return firstFault(value.entries(), rule)
    if (!isJsonObject(value)) return null
    const names = Object.keys(value)
    return names.some((name) => name.toLowerCase() === 'beacon')
      ? checkReference(settings, value, names)
      : firstFault(Object.entries(value), rule)
  }
  return rule
}

function firstFault(entries: Iterable<[string | number, Json]>, rule: Rule): Fault | null {
  for (const [step, item] of entries) {
    if (typeof item !== 'object') continue
    const wrong = rule(item)
    if (wrong !== null) return within(step, wrong)
  }
  return null
}

function checkReference(
  settings: VectorSettings,
  value: JsonObject,
  names: readonly string[],
): Fault | null {
  const beacon = readBeacon(settings, stringIn(value, 'beacon') ?? '')
  if (beacon === null) return within('beacon', fault(WANTED))
  const stray = names.find((name) => name !== 'beacon' && name !== 'href')
  if (stray !== undefined) return fault('is a reference, and has members beside beacon and href')
  const href = value['href'] ?? null
  return href === null || href === `/v1/objects/${beacon.className}/${beacon.id}`
    ? null
    : within('href', fault('must name what the beacon names'))
}

/** Without the references that lead out of the declared classes, which no client can have written. */
export function ownReferences(settings: VectorSettings, value: Json): Json {
  if (isJsonArray(value)) {
    return value
      .filter((item) => !isForeign(settings, item))
      .map((item) => ownReferences(settings, item))
  }
  if (!isJsonObject(value)) return value
  if (isForeign(settings, value)) return null
  const members = Object.entries(value).map(([name, item]): [string, Json] => [
    name,
    ownReferences(settings, item),
  ])
  return Object.fromEntries(members)
}

function isForeign(settings: VectorSettings, value: Json): boolean {
  const beacon = stringIn(value, 'beacon')
  return beacon !== null && readBeacon(settings, beacon) === null
}
