/** The references of one object. Where they lead is a beacon in the body, into a declared class. */
import { itemsOf, stringIn } from '../../json-read.ts'
import type { Json } from '../../json.ts'
import { list, members, type Rule } from '../../rules.ts'
import type { VectorOperation } from '../adapter.ts'
import { badBody } from '../members.ts'
import { beaconRule } from './beacon.ts'
import { MAX_REFERENCES } from './bounds.ts'
import { PROPERTY_NAME } from './classes.ts'
import { ask } from './exchange.ts'
import { demandProperties } from './property-names.ts'
import {
  CONSISTENCY,
  demand,
  NOT_FOUND,
  placeOf,
  queryOf,
  TENANT,
  told,
  writing,
} from './request.ts'

interface Shape {
  readonly name: string
  readonly method: 'POST' | 'PUT' | 'DELETE'
  readonly status: number
  /** Of the body, made of the rule of one reference. */
  readonly rule: (one: Rule) => Rule
  readonly sent: (body: Json | undefined) => Json
}

const one = (body: Json | undefined): Json => ({ beacon: stringIn(body, 'beacon') })
const many = (body: Json | undefined): Json => itemsOf(body).map(one)

const SHAPES: readonly Shape[] = [
  { name: 'references.add', method: 'POST', status: 200, rule: (rule) => rule, sent: one },
  {
    name: 'references.replace',
    method: 'PUT',
    status: 200,
    rule: (rule) => list(rule, { max: MAX_REFERENCES }),
    sent: many,
  },
  { name: 'references.delete', method: 'DELETE', status: 204, rule: (rule) => rule, sent: one },
]

export const REFERENCE_OPERATIONS: readonly VectorOperation[] = SHAPES.map(
  ({ name, method, status, rule, sent }) => ({
    name,
    method,
    path: '/v1/objects/{class}/{id}/references/{property}',
    access: 'write',
    query: { ...TENANT, ...CONSISTENCY },
    body: 'json',
    read(request) {
      const { params, settings, body, bodyBytes } = request
      const place = placeOf(request)
      const property = params['property'] ?? ''
      if (place === null || !PROPERTY_NAME.test(property)) return NOT_FOUND
      const wrong = rule(members({ beacon: beaconRule(settings) }))(body ?? null)
      if (wrong !== null) return badBody(wrong)
      const { className, id } = place
      const query = queryOf(request, request.query, ['consistency_level'])
      const stock = method === 'DELETE' ? [] : [demand(className, 0, bodyBytes)]
      return writing(stock, [className], async (service) => {
        await demandProperties(service, request, [{ className, properties: { [property]: null } }])
        await ask(service, request, {
          method,
          path: ['v1', 'objects', className, id, 'references', property],
          query,
          body: { json: sent(body) },
          writes: true,
        })
        return told(status)
      })
    },
  }),
)
