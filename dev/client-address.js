// Entry of the Worker on this machine, in front of the built module and in its own isolate, so that
// no hop is added. It does what Cloudflare's edge does in a deployment: CF-Connecting-IP is always
// the address of the socket, whatever the client has sent.
import gateway from './index.js'

export * from './index.js'

export default {
  ...gateway,
  fetch(request, env, context) {
    const arrived = new Request(request)
    const socket = /^\[?([^\]]*?)\]?:\d+$/.exec(request.cf?.clientIp ?? '')
    if (socket === null) arrived.headers.delete('cf-connecting-ip')
    else arrived.headers.set('cf-connecting-ip', socket[1])
    return gateway.fetch(arrived, env, context)
  },
}
