/** Operations of which only that they are offered is told: a row each. */
import { html, type Html } from './html.ts'
import { badge, type Shown } from './operation.ts'
import { table } from './table.ts'

export function briefTable(shown: readonly Shown[]): Html {
  const rows = shown.map(
    ({ path, method, operation: { operationId, summary } }) =>
      html`<tr id="${operationId}">
        <td>${badge(method)} <code class="path">${path}</code></td>
        <td>${summary}</td>
      </tr>`,
  )
  return table('Operations', ['Request', 'Service and operation'], rows)
}
