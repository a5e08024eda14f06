// What everything else is measured against: the least that a gateway on Hono can be. A request is
// handed on to the upstream as it came; the answer goes back without passing through JavaScript.
import { type Context, Hono } from 'hono'

interface BareEnv {
  Bindings: { UPSTREAM_URL: string }
}

const app = new Hono<BareEnv>()

const handOn = (c: Context<BareEnv>) => fetch(c.env.UPSTREAM_URL + c.req.path, c.req.raw)

app.post('/v1/chat/completions', handOn)
app.on(['POST', 'PUT'], '/qdrant/*', handOn)

export default app
