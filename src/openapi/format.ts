/** The parts of OpenAPI 3.1 that the reference is made of. */

export interface JsonSchema {
  readonly [keyword: string]: unknown
}

export interface Ref {
  readonly $ref: string
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
  readonly example?: string
}

export interface MediaType {
  readonly schema?: JsonSchema
  readonly example?: unknown
}

type Content = Readonly<Record<string, MediaType>>

export interface RequestBody {
  readonly required: boolean
  readonly description?: string
  readonly content: Content
}

export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, Ref>>
  readonly content?: Content
}

export interface PathOperation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly (Parameter | Ref)[]
  readonly requestBody?: RequestBody
  readonly responses: Readonly<Record<string, Response | Ref>>
}

export type PathItem = Readonly<Record<string, PathOperation>>

export interface OpenApiDocument {
  readonly openapi: '3.1.1'
  readonly jsonSchemaDialect: string
  readonly info: {
    readonly title: string
    readonly version: string
    readonly description: string
    readonly license: { readonly name: string; readonly identifier: string }
  }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, Response>>
    readonly parameters: Readonly<Record<string, Parameter>>
    readonly headers: Readonly<
      Record<string, { readonly description: string; readonly schema: JsonSchema }>
    >
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>
  }
}
