/**
 * Every problem there is: one table, code -> what HTTP and each SDK dialect make of it. The code is
 * the last part of the problem's `type` URI and a heading in docs/problems.md.
 */

interface Row {
  readonly status: number
  readonly title: string
  /** Whether the same request may succeed later; decides `x-should-retry`. */
  readonly retryable: boolean
  /** `error.type` and `error.code` in the OpenAI dialect. */
  readonly openai: readonly [type: string, code: string | null]
  /** `error.type` in the Anthropic dialect. */
  readonly anthropic: string
}

const badRequest = {
  retryable: false,
  openai: ['invalid_request_error', null],
  anthropic: 'invalid_request_error',
} as const

const unauthenticated = {
  status: 401,
  retryable: false,
  openai: ['authentication_error', 'invalid_api_key'],
  anthropic: 'authentication_error',
} as const

const forbidden = {
  status: 403,
  retryable: false,
  openai: ['permission_error', 'permission_denied'],
  anthropic: 'permission_error',
} as const

const limited = {
  status: 429,
  retryable: true,
  openai: ['requests', 'rate_limit_exceeded'],
  anthropic: 'rate_limit_error',
} as const

const unavailable = {
  status: 503,
  retryable: true,
  openai: ['server_error', null],
  anthropic: 'overloaded_error',
} as const

export const CATALOG = {
  MalformedRequest: { ...badRequest, status: 400, title: 'The request is malformed' },
  InvalidBody: { ...badRequest, status: 400, title: 'The body is not valid for this operation' },
  InvalidMember: { ...badRequest, status: 422, title: 'A member of the body is not acceptable' },
  BodyTooLarge: {
    ...badRequest,
    status: 413,
    title: 'The body is too large',
    anthropic: 'request_too_large',
  },
  UnsupportedMediaType: { ...badRequest, status: 415, title: 'The media type is not supported' },
  MethodNotAllowed: { ...badRequest, status: 405, title: 'The method is not allowed here' },
  PreconditionFailed: { ...badRequest, status: 412, title: 'The resource has changed' },

  Unauthenticated: { ...unauthenticated, title: 'Credentials are missing or wrong' },
  TooManyFailures: { ...limited, title: 'Too many failed authentications' },

  Forbidden: { ...forbidden, title: 'Not allowed' },
  ScopeMissing: { ...forbidden, title: 'The credential lacks a scope' },
  ModelForbidden: {
    ...forbidden,
    title: 'The model is not allowed for this tenant',
    openai: ['permission_error', 'model_not_allowed'],
  },
  ToolForbidden: { ...forbidden, title: 'A tool is not allowed for this tenant' },
  TenantSuspended: { ...forbidden, title: 'The tenant is suspended' },
  TenantInactive: { ...forbidden, title: 'The tenant is not active' },

  NotFound: {
    ...badRequest,
    status: 404,
    title: 'Not found',
    openai: ['invalid_request_error', 'not_found'],
    anthropic: 'not_found_error',
  },
  ModelNotFound: {
    ...badRequest,
    status: 404,
    title: 'The model does not exist here',
    openai: ['invalid_request_error', 'model_not_found'],
    anthropic: 'not_found_error',
  },
  IdempotencyKeyReused: {
    ...badRequest,
    status: 422,
    title: 'The idempotency key was used for something else',
  },
  Conflict: { ...badRequest, status: 409, title: 'Conflict with the present state' },

  ContextTooLong: {
    ...badRequest,
    status: 400,
    title: 'The input is longer than allowed',
    openai: ['invalid_request_error', 'context_length_exceeded'],
  },
  PromptBlocked: {
    ...badRequest,
    status: 400,
    title: 'The prompt is not allowed for this tenant',
    openai: ['invalid_request_error', 'prompt_blocked'],
  },
  RateLimited: { ...limited, title: 'A rate limit is exhausted' },
  QuotaExceeded: { ...limited, title: 'A quota is exhausted' },
  InFlightBudget: { ...limited, title: 'The budget is held by requests in flight' },
  BudgetExhausted: {
    ...limited,
    retryable: false,
    title: 'A budget is exhausted',
    openai: ['insufficient_quota', 'insufficient_quota'],
  },

  Internal: {
    ...unavailable,
    status: 500,
    retryable: false,
    title: 'The gateway failed',
    anthropic: 'api_error',
  },
  UpstreamFailed: {
    ...unavailable,
    status: 502,
    title: 'The upstream failed',
    anthropic: 'api_error',
  },
  UpstreamOverloaded: { ...unavailable, title: 'The upstream is overloaded' },
  UpstreamTimeout: {
    ...unavailable,
    status: 504,
    title: 'The upstream took too long',
    anthropic: 'timeout_error',
  },
  StoreUnavailable: { ...unavailable, title: 'The gateway cannot reach its store' },
  ClusterFull: { ...unavailable, retryable: false, title: 'The vector service is full' },
  KeysUnavailable: { ...unavailable, title: 'The keys of the token issuer cannot be had' },
  Misconfigured: { ...unavailable, retryable: false, title: 'The gateway is not configured' },
} as const satisfies Record<string, Row>

export type ProblemCode = keyof typeof CATALOG

export const PROBLEM_CODES = Object.keys(CATALOG) as readonly ProblemCode[]
