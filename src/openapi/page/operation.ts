/** One operation for people: parameters, body, answers, problems, and a request to copy. */
import * as z from 'zod'
import type {
  OpenApiDocument,
  Parameter,
  PathOperation,
  Ref,
  RequestBody,
  Response,
} from '../format.ts'
import { curlOf } from './curl.ts'
import { html, type Html, joined, NOTHING, prose } from './html.ts'
import { membersOf, refName, remarksOf, typeOf } from './schema.ts'
import { table } from './table.ts'

export interface Shown {
  readonly path: string
  readonly method: string
  readonly operation: PathOperation
}

export function badge(method: string): Html {
  return html`<span class="method ${method}">${method.toUpperCase()}</span>`
}

export function showOperation(document: OpenApiDocument, shown: Shown): Html {
  const { path, method, operation } = shown
  const { operationId, summary, description, requestBody, responses } = operation
  const parameters = (operation.parameters ?? []).map((each) => resolveParameter(document, each))
  return html`<article id="${operationId}">
    <h3>
      ${badge(method)} <code class="path">${path}</code>
      <a class="anchor" href="#${operationId}" aria-label="Link to ${summary}">#</a>
    </h3>
    <p class="summary">${summary}</p>
    ${description === undefined ? NOTHING : html`<p>${prose(description)}</p>`}
    ${credential(operation)} ${parameters.length === 0 ? NOTHING : parameterTable(parameters)}
    ${requestBody === undefined ? NOTHING : bodyOf(document, shown, requestBody)}
    ${answersOf(document, responses)}
    <h4>Example</h4>
    <pre tabindex="0"><code>${curlOf({ ...shown, parameters })}</code></pre>
  </article>`
}

function credential({ security = [] }: PathOperation): Html {
  const names = security.flatMap((each) => Object.keys(each))
  if (names.length === 0) return html`<p class="credential">No credential is needed.</p>`
  const links = names.map((name) => html`<a href="#security-${name}">${name}</a>`)
  return html`<p class="credential">Opened by ${joined(links, ' or ')}.</p>`
}

function parameterTable(parameters: readonly Parameter[]): Html {
  const rows = parameters.map(({ name, in: place, required, description, schema }) => {
    const mark = required ? html` <span class="required">required</span>` : NOTHING
    const said = description === undefined ? NOTHING : html`${prose(description)} `
    return html`<tr>
      <td><code>${name}</code>${mark}</td>
      <td>${place}</td>
      <td>${typeOf(schema)}</td>
      <td>${said}${remarksOf(schema)}</td>
    </tr>`
  })
  return html`<h4>Parameters</h4>
    ${table('Parameters', ['Name', 'In', 'Type', 'Meaning'], rows)}`
}

function bodyOf(document: OpenApiDocument, shown: Shown, body: RequestBody): Html {
  const schema = body.content['application/json']?.schema ?? {}
  const name = refName(schema)
  if (name === null) return NOTHING
  const remark = body.description === undefined ? NOTHING : html`<p>${prose(body.description)}</p>`
  const isFirst = bodiesOf(document).get(name) === shown.operation.operationId
  if (!isFirst) {
    return html`<h4>Body</h4>
      ${remark}
      <p>A <a href="#schema-${name}">${name}</a>.</p>`
  }
  return html`<h4 id="schema-${name}">Body <code>${name}</code></h4>
    ${remark} ${membersOf(document.components.schemas[name] ?? {})}`
}

/** Where each schema of a body stands on the page: with the first operation that takes it. */
export function bodiesOf({ paths }: OpenApiDocument): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { operationId, requestBody } of Object.values(paths).flatMap((item) =>
    Object.values(item),
  )) {
    const name = refName(requestBody?.content['application/json']?.schema ?? {})
    if (name !== null && !found.has(name)) found.set(name, operationId)
  }
  return found
}

function answersOf(document: OpenApiDocument, responses: PathOperation['responses']): Html {
  const all = Object.entries(responses).map(([status, each]) => ({
    status,
    response: resolveResponse(document, each),
    isProblem: '$ref' in each,
  }))
  const own = all.filter(({ isProblem }) => !isProblem)
  const problems = all.filter(({ isProblem }) => isProblem)
  return html`<h4>Answers</h4>
    <dl class="answers">${own.map(answerOf)}</dl>
    ${
      problems.length === 0
        ? NOTHING
        : html`<h4>Problems</h4>
            <ul class="problems">
              ${problems.map(problemsOf)}
            </ul>`
    }`
}

interface StatusAnswer {
  readonly status: string
  readonly response: Response
}

function answerOf({ status, response }: StatusAnswer): Html {
  const bodies = Object.entries(response.content ?? {}).map(([media, { schema }]) => {
    const what = schema === undefined ? NOTHING : html`, ${typeOf(schema)}`
    return html`<span class="media"><code>${media}</code>${what}</span>`
  })
  return html`<dt>${status}</dt>
    <dd>${prose(response.description)} ${bodies}</dd>`
}

function problemsOf({ status, response }: StatusAnswer): Html {
  const schema = response.content?.['application/problem+json']?.schema ?? {}
  const { oneOf = [schema] } = OneOf.parse(schema)
  const names = oneOf.flatMap((each) => refName(each) ?? [])
  const links = names.map(
    (name) => html`<a href="#schema-${name}">${name.replace(/Problem$/, '')}</a>`,
  )
  return html`<li>
    <b>${status}</b>
    <span>${links.length === 0 ? prose(response.description) : joined(links, ', ')}</span>
  </li>`
}

const OneOf = z.looseObject({ oneOf: z.array(z.record(z.string(), z.unknown())).optional() })

function resolveParameter({ components }: OpenApiDocument, each: Parameter | Ref): Parameter {
  if (!('$ref' in each)) return each
  return found(components.parameters[refName({ ...each }) ?? ''])
}

function resolveResponse({ components }: OpenApiDocument, each: Response | Ref): Response {
  if (!('$ref' in each)) return each
  return found(components.responses[refName({ ...each }) ?? ''])
}

function found<T>(component: T | undefined): T {
  if (component === undefined) throw new RangeError('a reference to no component')
  return component
}
