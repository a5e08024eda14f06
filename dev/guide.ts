// The lines that local start-up prints for a person: where things are, and what to try first.
import { DEFAULT_ADMIN_TOKEN } from './settings.ts'
import { type GuidedVectors, vectorGuide } from './vector-guide.ts'

export interface GuideFacts {
  readonly gatewayUrl: string
  readonly stateFolder: string
  /** null when accounts are in the state folder. */
  readonly accountsAt: string | null
  readonly adminToken: string
  /** Name and address of every upstream that does not go where the configuration says. */
  readonly upstreams: readonly (readonly [name: string, url: string])[]
  /** The vector services that have an address. */
  readonly vectors: readonly GuidedVectors[]
  /** null when no demo tenant was seeded. */
  readonly demoKey: string | null
}

export function guide(facts: GuideFacts): string {
  const { gatewayUrl, stateFolder, accountsAt, adminToken, upstreams, vectors, demoKey } = facts
  const places = [
    `state       ${stateFolder}`,
    ...(accountsAt === null ? [] : [`accounts    ${accountsAt}`]),
    ...upstreams.map(([name, url]) => `upstream    ${name} at ${url}`),
  ]
  const examples = demoKey === null ? '' : tryThis(gatewayUrl, demoKey, vectors)
  return `${places.join('\n')}\n${examples}${controlPlane(gatewayUrl, adminToken)}`
}

/** A token of the operator's own is not printed: terminals are kept and shared. */
function controlPlane(gatewayUrl: string, adminToken: string): string {
  const shown = adminToken === DEFAULT_ADMIN_TOKEN ? adminToken : '$ADMIN_TOKEN'
  return `
The control plane lists the tenants; ${gatewayUrl}/docs tells what else it does:

  curl ${gatewayUrl}/admin/tenants -H "authorization: Bearer ${shown}"
`
}

function tryThis(gatewayUrl: string, key: string, vectors: readonly GuidedVectors[]): string {
  return `tenant      demo
key         ${key}

A chat completion:

  curl ${gatewayUrl}/v1/chat/completions -H 'authorization: Bearer ${key}' \\
    -H 'content-type: application/json' \\
    -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'

The same, streamed (watch for the line ": tollgate-usage" at the end):

  curl -N ${gatewayUrl}/v1/chat/completions -H 'authorization: Bearer ${key}' \\
    -H 'content-type: application/json' \\
    -d '{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Hello"}]}'

Anthropic's API:

  curl ${gatewayUrl}/anthropic/v1/messages -H 'x-api-key: ${key}' \\
    -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\
    -d '{"model":"claude-haiku-4-5","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}'
${vectorGuide(gatewayUrl, key, vectors)}
What it has cost and what is left:

  curl ${gatewayUrl}/tenant/usage -H 'authorization: Bearer ${key}'

With the official SDKs only the base URL and the key change:

  new OpenAI({ baseURL: '${gatewayUrl}/v1', apiKey: '${key}' })
  new Anthropic({ baseURL: '${gatewayUrl}/anthropic', apiKey: '${key}' })
`
}
