/** What operations refer to: schemas by name, problems by code, credentials. */
import type { OpenApiDocument } from '../format.ts'
import { html, type Html, NOTHING, prose } from './html.ts'
import { bodiesOf } from './operation.ts'
import { membersOf, remarksOf } from './schema.ts'
import { table } from './table.ts'

export function showSchemas(document: OpenApiDocument): Html {
  const { schemas } = document.components
  const bodies = bodiesOf(document)
  const shown = Object.entries(schemas).filter(([name]) => !isOneProblem(name) && !bodies.has(name))
  return html`<section id="schemas">
    <h2>Schemas</h2>
    ${shown.map(
      ([name, schema]) =>
        html`<article id="schema-${name}">
          <h3>
            <code>${name}</code>
            <a class="anchor" href="#schema-${name}" aria-label="Link to ${name}">#</a>
          </h3>
          ${'properties' in schema ? html`<p>${remarksOf(schema)}</p>` : NOTHING}
          ${membersOf(schema)}
        </article>`,
    )}
  </section>`
}

export function showProblems({ components: { schemas } }: OpenApiDocument): Html {
  const rows = Object.entries(schemas)
    .filter(([name]) => isOneProblem(name))
    .map(([name, { description, allOf }]) => {
      const { status, type } = constantsOf(allOf)
      return html`<tr id="schema-${name}">
        <td>${status}</td>
        <td><code>${name.replace(/Problem$/, '')}</code></td>
        <td>${prose(String(description))}</td>
        <td><code>${type}</code></td>
      </tr>`
    })
  return html`<section id="problems">
    <h2>Problems</h2>
    <p>
      Every error is a <a href="#schema-Problem">Problem</a> (RFC 9457), as
      <code>application/problem+json</code>.
    </p>
    ${table('Problems', ['Status', 'Code', 'Meaning', 'Type'], rows)}
  </section>`
}

export function showSecurity({ components: { securitySchemes } }: OpenApiDocument): Html {
  const items = Object.entries(securitySchemes).map(
    ([name, { type, scheme, name: header, description }]) => {
      const where = type === 'http' ? `Authorization: ${String(scheme)}` : `${String(header)}:`
      return html`<dt id="security-${name}"><code>${name}</code></dt>
        <dd><code>${where}</code> ${prose(String(description))}</dd>`
    },
  )
  return html`<section id="security">
    <h2>Credentials</h2>
    <dl>${items}</dl>
  </section>`
}

function isOneProblem(name: string): boolean {
  return name !== 'Problem' && name.endsWith('Problem')
}

/** What the schema of one problem fixes of it. */
function constantsOf(allOf: unknown): { readonly status: string; readonly type: string } {
  const text = JSON.stringify(allOf)
  const constant = (name: string) =>
    new RegExp(`"${name}":\\{"const":"?([^"}]+)"?\\}`).exec(text)?.[1] ?? ''
  return { status: constant('status'), type: constant('type') }
}
