/**
 * The OpenAPI document, made from what validates: the schemas of bodies and queries that handlers read
 * by, the schemas that answers are typed by, the catalogue of problems, the adapters' operations.
 * The same sources give the same text.
 */
import packageJson from '../../package.json' with { type: 'json' }
import { componentSchemas, refTo } from './components.ts'
import { dataPlanePaths } from './data-plane.ts'
import { type Answer, type Body, TAGS } from './description.ts'
import type {
  MediaType,
  OpenApiDocument,
  PathItem,
  PathOperation,
  Ref,
  RequestBody,
  Response,
} from './format.ts'
import { explainInputs } from './notes.ts'
import { type Operation, operations } from './operations.ts'
import { headerParameters, parametersOf } from './parameters.ts'
import { byStatus, headerRef, problemRef, problemResponse, problemSchemas } from './problems.ts'
import { securityOf, securitySchemes } from './security.ts'
import { vectorServicePaths } from './vector-services.ts'

const DESCRIPTION =
  'A multi-tenant API gateway. Errors are RFC 9457 problems whose `code` is stable. Unknown members are refused. Money is decimal USD. `GET` is also `HEAD`; any other method on a path that is there is 405 with `Allow`.'

const HEADERS = {
  RequestId: { description: 'The gateway’s own id of the request.', schema: { type: 'string' } },
  RetryAfter: {
    description: 'Seconds; where the same request may succeed later.',
    schema: { type: 'integer', minimum: 1 },
  },
  Authenticate: { description: 'RFC 6750.', schema: { type: 'string' } },
  ETag: { description: 'The version, for `If-Match`.', schema: { type: 'string' } },
  Location: { description: 'Where it can be read.', schema: { type: 'string' } },
  IdempotentReplayed: {
    description: '`true` where it is the kept answer to the same `Idempotency-Key`.',
    schema: { type: 'string' },
  },
}

export function openApiDocument(): OpenApiDocument {
  explainInputs()
  const described = operations()
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Tollgate',
      version: packageJson.version,
      description: DESCRIPTION,
      license: { name: packageJson.license, identifier: packageJson.license },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: { ...pathsOf(described), ...dataPlanePaths(), ...vectorServicePaths() },
    components: {
      schemas: { ...componentSchemas(), ...problemSchemas() },
      responses: problemResponses(described),
      parameters: headerParameters(),
      headers: HEADERS,
      securitySchemes,
    },
  }
}

function pathsOf(described: readonly Operation[]): Readonly<Record<string, PathItem>> {
  const byPath = Map.groupBy(described, ({ path }) => path.replaceAll(/:(\w+)/g, '{$1}'))
  return Object.fromEntries(
    Array.from(byPath, ([path, there]) => [
      path,
      Object.fromEntries(there.map((each) => [each.method.toLowerCase(), show(each)])),
    ]),
  )
}

function show(operation: Operation): PathOperation {
  const { id, tag, summary, detail, access, body, answers, problems } = operation
  const parameters = parametersOf(operation)
  const refused = Array.from(byStatus(problems), ([status, codes]): [string, Ref] => [
    String(status),
    problemRef(codes),
  ])
  const own = Object.entries(answers).map(([status, answer]): [string, Response] => [
    status,
    showAnswer(answer),
  ])
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(detail === undefined ? {} : { description: detail }),
    security: securityOf(access),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: showBody(body) }),
    // What a route answers itself goes before what it has in common with others.
    responses: { ...Object.fromEntries(refused), ...Object.fromEntries(own) },
  }
}

function showBody({ schema, optional, example }: Body): RequestBody {
  const content = { 'application/json': { schema: refTo(schema), example } }
  return optional
    ? { required: false, description: 'None stands for `{}`.', content }
    : { required: true, content }
}

function showAnswer({ description, schema, media, also = [], headers = [] }: Answer): Response {
  const told: MediaType = schema === undefined ? {} : { schema: refTo(schema) }
  const main = media ?? (schema === undefined ? [] : 'application/json')
  const content = Object.fromEntries([
    ...[main].flat().map((name): [string, MediaType] => [name, told]),
    ...also.map((name): [string, MediaType] => [name, { schema: { type: 'string' } }]),
  ])
  const shown = headers.map((name): [string, Ref] => [name, headerRef(name.replaceAll('-', ''))])
  return {
    description,
    headers: { 'X-Request-Id': headerRef('RequestId'), ...Object.fromEntries(shown) },
    ...(Object.keys(content).length === 0 ? {} : { content }),
  }
}

function problemResponses(described: readonly Operation[]): Readonly<Record<string, Response>> {
  const sets = described.flatMap(({ problems }) => [...byStatus(problems).values()])
  const found = new Map(sets.map(problemResponse))
  return {
    ...Object.fromEntries([...found].toSorted(([one], [other]) => (one < other ? -1 : 1))),
    AnyProblem: {
      description: 'A problem, in the words of the API that is called as well.',
      content: { 'application/json': {}, 'application/problem+json': {} },
    },
  }
}
