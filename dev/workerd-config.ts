// The text of a workerd configuration for the built Worker: one service per instance, each an isolate
// with memory of its own, all bound to the same Durable Objects. It names secrets, it holds none.
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compatibilityDate, compatibilityFlags, durableObjects } from '../build/runtime.ts'

export interface WorkerdConfig {
  /** Absolute folder that the text will stand in; paths are written relative to it. */
  readonly folder: string
  /** Absolute path of the built Worker. */
  readonly workerPath: string
  /** Where each instance listens; port 0 takes a free one. */
  readonly addresses: readonly string[]
  /** Names of text bindings, each taken from the environment of the process. */
  readonly bindingNames: readonly string[]
  /** Whether there is a socket that fires the first instance's cron trigger. */
  readonly cron?: boolean
}

/** Folder of the Durable Objects' databases, below the configuration's. */
export const OBJECTS_FOLDER = 'objects'

const entryPath = fileURLToPath(new URL('./client-address.js', import.meta.url))
const cronPath = fileURLToPath(new URL('./cron.js', import.meta.url))

/** The socket that fires the cron trigger, in workerd's control messages. */
export const CRON_SOCKET = 'cron'

/** The name of an instance's socket in workerd's control messages. */
export function socketName(instance: number): string {
  return `instance-${instance}`
}

export function writeWorkerdConfig(config: WorkerdConfig): string {
  const services = config.addresses.map(
    (_, instance) => `(name = ${text(socketName(instance))}, worker = ${worker(config, instance)})`,
  )
  const sockets = config.addresses.map(
    (address, instance) =>
      `(name = ${text(socketName(instance))}, address = ${text(address)}, http = (), service = ${text(socketName(instance))})`,
  )
  if (config.cron === true) {
    services.push(`(name = ${text(CRON_SOCKET)}, worker = ${cronWorker(config)})`)
    sockets.push(
      `(name = ${text(CRON_SOCKET)}, address = "127.0.0.1:0", http = (), service = ${text(CRON_SOCKET)})`,
    )
  }
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "network", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
    (name = "objects", disk = (path = ${text(OBJECTS_FOLDER)}, writable = true)),
    ${services.join(',\n    ')},
  ],
  sockets = [
    ${sockets.join(',\n    ')},
  ],
);
`
}

/** A binding can only hand on events under this flag, for which workerd has to be started experimental. */
function cronWorker(config: WorkerdConfig): string {
  return `(
      modules = [(name = "cron.js", esModule = embed ${path(config, cronPath)})],
      compatibilityDate = ${text(compatibilityDate)},
      compatibilityFlags = ["service_binding_extra_handlers"],
      bindings = [(name = "GATEWAY", service = ${text(socketName(0))})],
    )`
}

function worker(config: WorkerdConfig, instance: number): string {
  const bindings = [
    ...Object.entries(durableObjects).map(
      ([name, className]) =>
        `(name = ${text(name)}, durableObjectNamespace = (className = ${text(className)}, serviceName = ${text(socketName(0))}))`,
    ),
    ...config.bindingNames.map((name) => `(name = ${text(name)}, fromEnvironment = ${text(name)})`),
  ]
  const namespaces = Object.values(durableObjects).map(
    (className) =>
      `(className = ${text(className)}, uniqueKey = ${text(className)}, enableSql = true)`,
  )
  const storage = `durableObjectNamespaces = [${namespaces.join(', ')}],
      durableObjectStorage = (localDisk = "objects"),`
  return `(
      modules = [
        (name = "client-address.js", esModule = embed ${path(config, entryPath)}),
        (name = "index.js", esModule = embed ${path(config, config.workerPath)}),
      ],
      compatibilityDate = ${text(compatibilityDate)},
      compatibilityFlags = [${compatibilityFlags.map(text).join(', ')}],
      bindings = [
        ${bindings.join(',\n        ')},
      ],
      globalOutbound = "network",
      ${instance === 0 ? storage : ''}
    )`
}

function path(config: WorkerdConfig, absolute: string): string {
  return text(relative(config.folder, absolute))
}

/** A Cap'n Proto text literal; control characters have no place in anything written here. */
function text(value: string): string {
  if (/\p{Cc}/u.test(value)) throw new RangeError('control character in a name or path')
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
