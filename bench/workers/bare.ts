// What everything else is measured against: the least that a gateway on Hono can be. One route,
// handed on to the upstream as it came; the answer goes back without passing through JavaScript.
import { Hono } from 'hono'

const app = new Hono<{ Bindings: { UPSTREAM_URL: string } }>()

app.post('/v1/chat/completions', (c) => fetch(c.env.UPSTREAM_URL + c.req.path, c.req.raw))

export default app
