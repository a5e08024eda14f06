// The vector service, as a process of its own: reads each request to its end, looks at nothing but its
// path, and answers with bytes that were made before. Tells its address to who started it, and ends
// with it.
import { createServer } from 'node:http'
import { endWithParent, tellParent } from './child.ts'
import { vectorAnswer } from './vector-answers.ts'

endWithParent()
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    const text = vectorAnswer(request.method ?? '', request.url ?? '')
    if (text === null) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    })
    response.end(text)
  })
})
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => tellParent(server.address()))
