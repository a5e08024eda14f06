/** A request to copy into a shell. */
import type { Parameter, PathOperation } from '../format.ts'

const VARIABLES: Readonly<Record<string, string>> = {
  adminToken: 'ADMIN_TOKEN',
  tenantKey: 'TOLLGATE_KEY',
}

export function curlOf({
  path,
  method,
  operation: { security = [], requestBody },
  parameters,
}: {
  readonly path: string
  readonly method: string
  readonly operation: PathOperation
  readonly parameters: readonly Parameter[]
}): string {
  const filled = parameters.reduce(
    (text, { name, example = '' }) => text.replace(`{${name}}`, example),
    path,
  )
  const [scheme = ''] = Object.keys(security[0] ?? {})
  const variable = VARIABLES[scheme]
  const example = requestBody?.content['application/json']?.example
  const verb = method === 'get' ? '' : `-X ${method.toUpperCase()} `
  return [
    `curl ${verb}"$GATEWAY${filled}"`,
    ...(variable === undefined ? [] : [`-H "authorization: Bearer $${variable}"`]),
    ...(requestBody === undefined ? [] : [`-H 'content-type: application/json'`]),
    ...(example === undefined ? [] : [`-d '${quoted(JSON.stringify(example, null, 2))}'`]),
  ].join(' \\\n  ')
}

/** Within single quotes of a POSIX shell. */
function quoted(text: string): string {
  return text.replaceAll("'", `'\\''`)
}
