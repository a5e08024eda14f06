// What holds answers against the document must itself be able to fail.
import { describe, expect, it } from 'vitest'
import { faultOf, faultOfAnswer, findOperation } from './against-document.ts'

const json = new Headers({ 'content-type': 'application/json' })
const problem = new Headers({ 'content-type': 'application/problem+json' })
const NOT_FOUND = {
  type: 'urn:tollgate:problem:not-found',
  title: 'Not found',
  status: 404,
  detail: 'x',
  code: 'NotFound',
  request_id: 'req_1',
  retryable: false,
}

function told(method: string, target: string, status: number, body: unknown, headers = json) {
  return faultOfAnswer(method, target, { status, headers, text: JSON.stringify(body) })
}

describe('an answer is held against the document, which', () => {
  it('accepts what it says', () => {
    expect(told('GET', '/admin/jobs', 200, { jobs: [] })).toBeNull()
    expect(told('GET', '/admin/jobs/x?y=1', 404, NOT_FOUND, problem)).toBeNull()
    expect(faultOfAnswer('HEAD', '/healthz', { status: 200, headers: json, text: '' })).toBeNull()
  })

  it('refuses a status that it does not tell of', () => {
    expect(told('GET', '/admin/jobs', 201, { jobs: [] })).toContain('status')
    expect(told('GET', '/admin/plans', 404, NOT_FOUND, problem)).toContain('status')
  })

  it('refuses a member too many, one too few, and one of another type', () => {
    expect(told('GET', '/admin/jobs', 200, { jobs: [], more: 1 })).toContain('additional')
    expect(told('GET', '/admin/jobs', 200, {})).toContain('jobs')
    expect(told('GET', '/admin/jobs', 200, { jobs: {} })).toContain('array')
    expect(told('GET', '/admin/jobs', 200, { jobs: [{ id: 'job_1' }] })).toContain('kind')
  })

  it('refuses a problem of another code, another title, or another media type', () => {
    const conflict = { ...NOT_FOUND, code: 'Conflict' }
    expect(told('GET', '/admin/jobs/x', 404, conflict, problem)).toContain('code')
    const renamed = { ...NOT_FOUND, title: 'Gone' }
    expect(told('GET', '/admin/jobs/x', 404, renamed, problem)).toContain('title')
    expect(told('GET', '/admin/jobs/x', 404, NOT_FOUND)).toContain('application/json')
  })

  it('refuses success on a path that it does not have', () => {
    expect(told('GET', '/admin/nowhere', 200, {})).toContain('no such route')
    expect(told('GET', '/admin/nowhere', 404, NOT_FOUND, problem)).toBeNull()
  })

  it('refuses an answer without the body that is promised', () => {
    expect(faultOfAnswer('GET', '/healthz', { status: 200, headers: json, text: '' })).toContain(
      'promised',
    )
  })

  it('finds the operation that a request is for', () => {
    expect(findOperation('POST', '/admin/plans/move')?.operationId).toBe('moveTenants')
    expect(findOperation('GET', '/admin/plans/move')?.operationId).toBe('getPlan')
    expect(findOperation('DELETE', '/admin/plans')).toBeNull()
  })

  it('knows times from other text', () => {
    const time = { type: 'string', format: 'date-time' }
    expect(faultOf(time, '2026-01-31T10:00:00Z')).toBeNull()
    expect(faultOf(time, '2026-02-30T10:00:00Z')).toContain('format')
  })
})
