/** GET /openapi.json and GET /docs: the same for everyone, and no secret in either. */
import { type Published, publish } from './publish.ts'

const HEADERS = {
  'cache-control': 'public, max-age=300',
  'x-content-type-options': 'nosniff',
}

export async function serveDocument(request: Request): Promise<Response> {
  const { document } = await publish()
  return serve(request, document, { 'content-type': 'application/json' })
}

export async function servePage(request: Request): Promise<Response> {
  const { page, styleHash } = await publish()
  return serve(request, page, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `style-src '${styleHash}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
  })
}

/** RFC 9110 section 13.1.2: weak comparison, any one of a list. */
function serve(
  request: Request,
  { text, etag }: Published['document'],
  headers: Readonly<Record<string, string>>,
): Response {
  const known = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim())
  const isKnown = known.some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag)
  return new Response(isKnown ? null : text, {
    status: isKnown ? 304 : 200,
    headers: { ...HEADERS, ...headers, etag },
  })
}
