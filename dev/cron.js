// Beside the Worker on this machine, on a socket of its own: each request here is one firing of the
// cron trigger, handed to the Worker as the `scheduled` event that a deployment would send it.
export default {
  async fetch(_, env) {
    const { outcome } = await env.GATEWAY.scheduled({
      cron: '* * * * *',
      scheduledTime: new Date(),
    })
    return Response.json({ outcome })
  },
}
