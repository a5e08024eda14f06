// The bare worker with a Durable Object asked before and after, as any gateway must that keeps
// accounts in one: what that alone costs, whatever is done in it. The second call goes on after the
// answer. Which class stands behind the binding is the row's choice.
import { DurableObject } from 'cloudflare:workers'
import { type Context, Hono } from 'hono'

/** Does nothing: the price of the calls themselves. */
export class EmptyObject extends DurableObject {
  touch(): void {}
}

/** Changes one row a call: the price of an answer that waits until it is durable. */
export class RowObject extends DurableObject {
  readonly #sql: SqlStorage

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    this.#sql.exec('CREATE TABLE IF NOT EXISTS touched (id INTEGER PRIMARY KEY, times INTEGER)')
  }

  touch(): void {
    this.#sql.exec(
      'INSERT INTO touched VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1',
    )
  }
}

interface ObjectsEnv {
  Bindings: {
    UPSTREAM_URL: string
    OBJECT: DurableObjectNamespace<EmptyObject | RowObject>
  }
}

const app = new Hono<ObjectsEnv>()

const handOn = async (c: Context<ObjectsEnv>) => {
  const touch = (): Promise<void> => c.env.OBJECT.getByName('tenant').touch()
  await touch()
  const answer = await fetch(c.env.UPSTREAM_URL + c.req.path, c.req.raw)
  c.executionCtx.waitUntil(touch())
  return answer
}

app.post('/v1/chat/completions', handOn)
app.on(['POST', 'PUT'], '/qdrant/*', handOn)

export default app
