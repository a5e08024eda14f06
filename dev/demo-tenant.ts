// Seeds the tenant `demo` through the control plane, as a platform team would, and finds its key
// again at the next start. Idempotent: whatever stands already is used.
import * as z from 'zod'

const DEMO_TENANT = 'demo'

const Created = z.looseObject({ key: z.string() })

class SeedFailed extends Error {
  override readonly name = 'SeedFailed'
}

/** The demo tenant's key: `savedKey` while it works, else a new one. */
export async function seedDemoTenant(
  gatewayUrl: string,
  adminToken: string,
  savedKey: string | undefined,
): Promise<string> {
  if (savedKey !== undefined && (await isAccepted(gatewayUrl, savedKey))) return savedKey
  const admin = async (path: string, body: object): Promise<Response> =>
    fetch(`${gatewayUrl}/admin/tenants${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const created = await admin('', { id: DEMO_TENANT, name: 'Demo', plan: 'pro' })
  const answer =
    created.status === 409 ? await admin(`/${DEMO_TENANT}/keys`, { name: 'demo' }) : created
  const text = await answer.text()
  if (answer.status !== 201)
    throw new SeedFailed(`the demo tenant was refused (${answer.status}): ${text}`)
  return Created.parse(JSON.parse(text)).key
}

async function isAccepted(gatewayUrl: string, key: string): Promise<boolean> {
  const answer = await fetch(`${gatewayUrl}/tenant`, {
    headers: { authorization: `Bearer ${key}` },
  })
  await answer.body?.cancel()
  return answer.ok
}
