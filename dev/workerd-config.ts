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
}

/** Folder of the Durable Objects' databases, below the configuration's. */
export const OBJECTS_FOLDER = 'objects'

const entryPath = fileURLToPath(new URL('./client-address.js', import.meta.url))

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
