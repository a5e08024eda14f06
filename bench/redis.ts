// A redis-server of the benchmark's own and the bridge before it, as a process of their own: what they
// take of the machine is in no row's CPU. Tells where the bridge is, and ends with its parent.
import { parseRedisUrl } from '../dev/bridge/redis-url.ts'
import { startBridge } from '../dev/bridge/bridge.ts'
import { startRedisServer } from '../test/support/redis-server.ts'
import { endWithParent, tellParent } from './child.ts'

endWithParent()
const server = await startRedisServer()
process.on('exit', () => server.process.kill('SIGKILL'))
process.on('SIGTERM', () => process.exit())
const address = parseRedisUrl(server.url)
if (typeof address === 'string') throw new Error(address)
const { url, token } = await startBridge(address)
tellParent({ url, token })
