/** Operations of which only that they are offered is told: a row each. */
import { html, type Html } from './html.ts'
import { badge, type Shown } from './operation.ts'

export function briefTable(shown: readonly Shown[]): Html {
  const rows = shown.map(
    ({ path, method, operation: { operationId, summary } }) =>
      html`<tr id="${operationId}">
        <td>${badge(method)} <code class="path">${path}</code></td>
        <td>${summary}</td>
      </tr>`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Operations">
    <table>
      <thead>
        <tr>
          <th scope="col">Request</th>
          <th scope="col">Service and operation</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}
