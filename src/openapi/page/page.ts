/**
 * The reference as one page, made from the document alone: no script, no font, nothing from anywhere
 * else. What the page holds is escaped where it is put in.
 */
import type { OpenApiDocument } from '../format.ts'
import { VECTOR_TAG } from '../vector-services.ts'
import { briefTable } from './brief.ts'
import { html, type Html, joined, prose } from './html.ts'
import { badge, type Shown, showOperation } from './operation.ts'
import { showProblems, showSchemas, showSecurity } from './sections.ts'
import { STYLE } from './style.ts'

export function renderPage(document: OpenApiDocument): string {
  const { info, tags } = document
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Shown => ({ path, method, operation })),
  )
  const groups = tags.map((tag) => ({
    ...tag,
    shown: all.filter(({ operation }) => operation.tags.includes(tag.name)),
  }))
  const head = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${info.title} API ${info.version}</title>
        <link rel="icon" href="data:," />
        <style>`
  const rest = html`</style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the reference</a>
        <header>
          <h1>${info.title} API <small>${info.version}</small></h1>
          <p>${prose(info.description)}</p>
          <p>
            The same as a document: <a href="/openapi.json">openapi.json</a>. In the examples
            <code>$GATEWAY</code> is where the gateway is, such as
            <code>http://127.0.0.1:8787</code>.
          </p>
        </header>
        <nav aria-label="Operations">
          ${groups.map(({ name, shown }) => contents(name, name === VECTOR_TAG ? [] : shown))}
          <h2><a href="#schemas">Schemas</a></h2>
          <h2><a href="#problems">Problems</a></h2>
          <h2><a href="#security">Credentials</a></h2>
        </nav>
        <main id="content">
          ${groups.map(
            ({ name, description, shown }) =>
              html`<section id="${slug(name)}">
                <h2>${name}</h2>
                <p>${prose(description)}</p>
                ${
                  name === VECTOR_TAG
                    ? briefTable(shown)
                    : shown.map((each) => showOperation(document, each))
                }
              </section>`,
          )}
          ${showSchemas(document)}${showProblems(document)}${showSecurity(document)}
        </main>
      </body>
    </html>`
  // The style as it is, for its hash is told in the content security policy.
  return withoutIndentation(head) + STYLE + withoutIndentation(rest)
}

function contents(name: string, shown: readonly Shown[]): Html {
  const items = shown.map(
    ({ path, method, operation }) =>
      html`<li>
        <a href="#${operation.operationId}" title="${operation.summary}"
          >${badge(method)} <span>${path}</span></a
        >
      </li>`,
  )
  return html`<h2><a href="#${slug(name)}">${name}</a></h2>
    <ul>
      ${joined(items)}
    </ul>`
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-')
}

/** Of the templates; what is preformatted begins no line with blanks that it needs. */
function withoutIndentation({ html: text }: Html): string {
  return text
}
