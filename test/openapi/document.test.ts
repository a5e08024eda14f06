import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../src/openapi/document.ts'
import { problemType } from '../../src/problem/body.ts'
import { CATALOG, type ProblemCode } from '../../src/problem/catalog.ts'
import { document } from './against-document.ts'

const text = JSON.stringify(document)
const operations = Object.values(document.paths).flatMap((item) => Object.values(item))
const refs = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref)

describe('the document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(
      JSON.parse(text) as Record<string, unknown>,
    )
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
    expect(document.openapi).toMatch(/^3\.1\.\d$/)
  })

  it('is the same text each time it is made', () => {
    expect(JSON.stringify(openApiDocument())).toBe(text)
  })

  it('is of the version of the package, and of the server that serves it', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(document.info.version).toBe(version)
    expect(document.servers).toEqual([{ url: '/' }])
  })

  it('names each operation once, in one line, under a tag that it explains', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const tags = document.tags.map(({ name }) => name)
    for (const { operationId, tags: own, summary } of operations) {
      expect(operationId).toMatch(/^[A-Za-z0-9._-]+$/)
      expect(own).toHaveLength(1)
      expect(tags).toContain(own[0])
      expect(summary).toMatch(/^[^\n]{3,90}$/)
    }
  })

  it('refers to nothing that is not there, and has nothing that is not referred to', () => {
    const there = Object.entries(document.components).flatMap(([kind, named]) =>
      kind === 'securitySchemes'
        ? []
        : Object.keys(named).map((name) => `#/components/${kind}/${name}`),
    )
    const used = new Set(refs)
    expect([...used].filter((ref) => !there.includes(ref))).toEqual([])
    // A problem may be of the data plane, whose answers are in the provider's own words.
    const unused = there.filter((ref) => !used.has(ref) && !ref.endsWith('Problem'))
    expect(unused).toEqual([])
  })

  it('has a schema for each parameter of a path, and the parameters that the path names', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name)
      for (const { parameters = [] } of Object.values(item)) {
        const named = parameters.flatMap((each) =>
          'in' in each && each.in === 'path' ? [each.name] : [],
        )
        expect([...named].toSorted()).toEqual([...inPath].toSorted())
      }
    }
  })

  it('says of each operation whose credential opens it', () => {
    const schemes = Object.keys(document.components.securitySchemes)
    for (const [path, item] of Object.entries(document.paths)) {
      for (const { security = [] } of Object.values(item)) {
        const names = security.flatMap((each) => Object.keys(each))
        expect(schemes).toEqual(expect.arrayContaining(names))
        const isOpen = ['/healthz', '/readyz', '/openapi.json', '/docs'].includes(path)
        expect(names.some((name) => name.startsWith('admin'))).toBe(path.startsWith('/admin'))
        expect(names.length === 0).toBe(isOpen)
      }
    }
  })
})

describe('problems in the document', () => {
  it.each(Object.entries(CATALOG))('have %s with its type and status', (code, { status }) => {
    const schema = document.components.schemas[`${code}Problem`]
    expect(schema).toMatchObject({
      allOf: [
        { $ref: '#/components/schemas/Problem' },
        {
          properties: {
            type: { const: problemType(code as ProblemCode) },
            status: { const: status },
            code: { const: code },
          },
        },
      ],
    })
  })

  it('stand under their own statuses, as problem+json', () => {
    for (const { responses } of operations) {
      for (const [status, response] of Object.entries(responses)) {
        if (!('$ref' in response) || status === 'default') continue
        const codes = response.$ref.split('/').at(-1)?.split('Or') ?? []
        for (const code of codes) expect(CATALOG[code as ProblemCode].status).toBe(Number(status))
      }
    }
    const responses = Object.values(document.components.responses)
    for (const { content } of responses) expect(content).toHaveProperty('application/problem+json')
  })
})
