// The little of the control plane that clients need to find an index, and enough of the rest to see
// whether a gateway lets it through: an index can be deleted, an import started.
import * as z from 'zod'
import type { StandInAnswer } from '../vector/stand-in.ts'
import { refuseControl } from './errors.ts'
import type { IndexData } from './index-data.ts'

const StartImport = z.looseObject({ uri: z.string() })
const IMPORTED_AT = '2026-01-01T00:00:00Z'

export interface Import {
  readonly id: string
  readonly uri: string
  status: 'Pending' | 'Cancelled'
}

export interface Control {
  readonly url: string
  readonly name: string
  readonly data: IndexData
  deleted: boolean
  readonly imports: Import[]
}

export function answerIndexes(
  control: Control,
  method: string,
  name: string | undefined,
): StandInAnswer {
  const model = indexModel(control)
  if (name === undefined) {
    if (method !== 'GET') refuseControl(501, 'UNIMPLEMENTED', 'No index can be made here')
    return { status: 200, body: { indexes: control.deleted ? [] : [model] } }
  }
  if (control.deleted || name !== control.name) {
    refuseControl(404, 'NOT_FOUND', `Resource ${name} not found`)
  }
  if (method === 'GET') return { status: 200, body: model }
  if (method !== 'DELETE') refuseControl(501, 'UNIMPLEMENTED', 'No index can be changed here')
  control.deleted = true
  for (const namespace of control.data.names) control.data.drop(namespace)
  return { status: 202 }
}

export function answerImports(
  { imports }: Control,
  method: string,
  id: string | undefined,
  body: string,
): StandInAnswer {
  if (id === undefined) {
    if (method === 'GET') return { status: 200, body: { data: imports.map(importModel) } }
    const { uri } = StartImport.parse(JSON.parse(body))
    const started: Import = { id: `${imports.length + 1}`, uri, status: 'Pending' }
    imports.push(started)
    return { status: 200, body: { id: started.id } }
  }
  const found = imports.find((one) => one.id === id)
  if (found === undefined) return refuseControl(404, 'NOT_FOUND', `Import ${id} not found`)
  if (method === 'GET') return { status: 200, body: importModel(found) }
  found.status = 'Cancelled'
  return { status: 200, body: {} }
}

function indexModel({ url, name, data }: Control): object {
  const { dimension, metric } = data
  return {
    name,
    // Pinecone gives a bare host, to which clients put https://; loopback has no certificate.
    host: url,
    status: { ready: true, state: 'Ready' },
    deployment: { deployment_type: 'managed', cloud: 'aws', region: 'us-east-1' },
    schema: { fields: { _values: { type: 'dense_vector', dimension, metric } } },
    deletion_protection: 'disabled',
  }
}

function importModel({ id, uri, status }: Import): object {
  return { id, uri, status, createdAt: IMPORTED_AT, percentComplete: 0, recordsImported: 0 }
}
