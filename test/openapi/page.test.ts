import { describe, expect, it } from 'vitest'
import { html, joined, prose } from '../../src/openapi/page/html.ts'
import { membersOf, typeOf } from '../../src/openapi/page/schema.ts'

describe('what the page is made of', () => {
  it('is escaped where it is put in, unless it is HTML itself', () => {
    const text = `<b a="1" b='2'>&`
    expect(html`<p>${text}</p>`.html).toBe('<p>&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;</p>')
    expect(html`<p>${html`<b>${1}</b>`}${[html`<i></i>`]}</p>`.html).toBe('<p><b>1</b><i></i></p>')
  })

  it('has code where backticks stand', () => {
    expect(prose('a `<b>` c').html).toBe('a <code>&lt;b&gt;</code> c')
    expect(joined([prose('a'), prose('b')], ', ').html).toBe('a, b')
  })
})

describe('a schema in words', () => {
  it.each([
    [{ type: 'string' }, 'text'],
    [{ type: ['string', 'null'] }, 'text or null'],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'whole number or null'],
    [{ type: 'array', items: { type: 'string' } }, 'list of text'],
    [{ enum: ['a', 'b'] }, '<code>&quot;a&quot;</code> | <code>&quot;b&quot;</code>'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'names to number'],
    [{ $ref: '#/components/schemas/X' }, '<a href="#schema-X">X</a>'],
    [{}, 'anything'],
  ])('%j', (schema, words) => {
    expect(typeOf(schema).html).toBe(words)
  })

  it('has a row for each member, those of members too, and marks what is required', () => {
    const inner = { type: 'object', properties: { b: { type: 'integer', minimum: 1 } } }
    const { html: table } = membersOf({
      properties: { a: { ...inner, description: 'Of `b`.' } },
      required: ['a'],
    })
    expect(table).toContain('<code>a</code> <span class="required">required</span>')
    expect(table).toContain('Of <code>b</code>.')
    expect(table).toContain('<code>a.b</code>')
    expect(table).toContain('1 or more.')
    const list = membersOf({ properties: { a: { type: 'array', items: inner } } })
    expect(list.html).toContain('<code>a[].b</code>')
  })
})
