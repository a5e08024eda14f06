// What a filter asks of one payload value: match, range, geo, count, emptiness. Without an index, as
// the server does it then (text is a plain substring).
import { type Json, JsonNumber, JsonObject } from './json.ts'
import {
  anyOf,
  as,
  count,
  type Decode,
  flag,
  float,
  integer,
  list,
  Misfit,
  optional,
  required,
  struct,
  text,
} from './serde.ts'

export type ValueTest = (value: Json) => boolean

const integerOf = (value: Json): bigint | null =>
  value instanceof JsonNumber && /^-?\d+$/.test(value.token) ? BigInt(value.token) : null

const matchValue = as(
  struct('MatchValue', {
    value: required(anyOf<string | bigint | boolean>('no variant fits', text, integer, flag)),
  }),
  ({ value: wanted }): ValueTest =>
    (value) =>
      typeof wanted === 'bigint' ? integerOf(value) === wanted : value === wanted,
)

/** A substring of the text, or of any of its words. */
const matchText = (field: string, fits: (stored: string, asked: string) => boolean) =>
  as(
    struct('MatchText', { [field]: required(text) }),
    (asked): ValueTest =>
      (value) =>
        typeof value === 'string' && fits(value, asked[field] ?? ''),
  )

const variants = anyOf<ReadonlySet<string | bigint>>(
  'no variant fits',
  as(list(text), (words) => new Set(words)),
  as(list(integer), (integers) => new Set(integers)),
)

const matchAny = as(
  struct('MatchAny', { any: required(variants) }),
  ({ any }): ValueTest =>
    (value) => {
      const key = typeof value === 'string' ? value : integerOf(value)
      return key !== null && any.has(key)
    },
)

const matchExcept = as(
  struct('MatchExcept', { except: required(variants) }),
  ({ except }): ValueTest =>
    (value) => {
      const key = typeof value === 'string' ? value : integerOf(value)
      return key === null ? value !== null : !except.has(key)
    },
)

const match = anyOf<ValueTest>(
  'data did not match any variant of untagged enum MatchInterface',
  matchValue,
  matchText('text', (stored, asked) => stored.includes(asked)),
  matchText('text_any', (stored, asked) =>
    asked.split(/\s+/).some((word) => word !== '' && stored.includes(word)),
  ),
  matchText('phrase', (stored, asked) => stored.includes(asked)),
  matchText('prefix', (stored, asked) => stored.startsWith(asked)),
  matchAny,
  matchExcept,
)

interface Bounds {
  readonly lt: number | null
  readonly gt: number | null
  readonly gte: number | null
  readonly lte: number | null
}

const bounds = (bound: Decode<number>): Decode<Bounds> =>
  struct('Range', {
    lt: optional(bound),
    gt: optional(bound),
    gte: optional(bound),
    lte: optional(bound),
  })

const within = ({ lt, gt, gte, lte }: Bounds, value: number): boolean =>
  (lt === null || value < lt) &&
  (gt === null || value > gt) &&
  (gte === null || value >= gte) &&
  (lte === null || value <= lte)

/** Milliseconds since 1970; what names no zone is UTC. null when it is no date. */
export function dateOf(value: string): number | null {
  const match =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(value)
  if (match === null) return null
  const [, day, minute = '00:00', second = ':00', zone = 'Z'] = match
  const at = Date.parse(`${day}T${minute}${second}${zone}`)
  return Number.isNaN(at) ? null : at
}

const date: Decode<number> = as(text, (value) => {
  const at = dateOf(value)
  if (at !== null) return at
  throw new Misfit(`'${value}' does not match accepted datetime format`)
})

const range = anyOf<ValueTest>(
  'data did not match any variant of untagged enum RangeInterface',
  as(
    bounds(float),
    (asked): ValueTest =>
      (value) =>
        value instanceof JsonNumber && within(asked, value.value),
  ),
  as(bounds(date), (asked): ValueTest => {
    return (value) => {
      const at = typeof value === 'string' ? dateOf(value) : null
      return at !== null && within(asked, at)
    }
  }),
)

interface GeoPoint {
  readonly lon: number
  readonly lat: number
}

const geoPoint: Decode<GeoPoint> = as(
  struct('GeoPoint', { lon: required(float), lat: required(float) }),
  (point) => {
    if (Math.abs(point.lon) <= 180 && Math.abs(point.lat) <= 90) return point
    throw new Misfit('Wrong format of GeoPoint payload: expected `lat` and `lon` within limits')
  },
)

const atPoint =
  (inside: (point: GeoPoint) => boolean): ValueTest =>
  (value) => {
    if (!(value instanceof JsonObject)) return false
    const [lon, lat] = [value.get('lon'), value.get('lat')]
    const isPoint = lon instanceof JsonNumber && lat instanceof JsonNumber
    return isPoint && inside({ lon: lon.value, lat: lat.value })
  }

const geoBox = as(
  struct('GeoBoundingBox', { top_left: required(geoPoint), bottom_right: required(geoPoint) }),
  ({ top_left: from, bottom_right: to }) =>
    atPoint(({ lon, lat }) => {
      const between =
        from.lon > to.lon ? lon > from.lon || lon < to.lon : from.lon < lon && lon < to.lon
      return between && to.lat < lat && lat < from.lat
    }),
)

const geoRadius = as(
  struct('GeoRadius', { center: required(geoPoint), radius: required(float) }),
  ({ center, radius }) => atPoint((point) => metresBetween(center, point) < radius),
)

/** Haversine on the mean radius of the earth. */
function metresBetween(a: GeoPoint, b: GeoPoint): number {
  const rad = Math.PI / 180
  const h =
    Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 +
    Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(h))
}

const geoPolygon: Decode<ValueTest> = () => {
  throw new Misfit('this stand-in does not imitate geo_polygon')
}

const valuesCount = as(
  bounds(count),
  (asked): ValueTest =>
    (value) =>
      within(asked, value === null ? 0 : Array.isArray(value) ? value.length : 1),
)

/** The parts of a FieldCondition after its key, in their order. */
export const valueTests = {
  match: optional(match),
  range: optional(range),
  geo_bounding_box: optional(geoBox),
  geo_radius: optional(geoRadius),
  geo_polygon: optional(geoPolygon),
  values_count: optional(valuesCount),
  is_empty: optional(flag),
  is_null: optional(flag),
}
