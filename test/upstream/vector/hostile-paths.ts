// The ways to write a path so that two readers understand it differently, tried on one route that has
// a name in it.
import { type HostileRequest, own, refused } from './hostile-request.ts'

export interface NamedRoute {
  /** What stands before every path: '' where the upstream has a host of its own. */
  readonly mount: string
  readonly method: string
  /** From the mount to the name, slash included. */
  readonly before: string
  /** The victim's name at the service itself. */
  readonly name: string
  /** After the name, query included. */
  readonly after: string
  readonly body?: unknown
}

/** Whoever resolves dot segments may do so before the gateway sees them: then it is a plain request. */
export function hostilePaths(route: NamedRoute): HostileRequest[] {
  const { mount, method, before, name, after, body } = route
  const more = body === undefined ? {} : { body }
  const at = (segment: string): string => `${mount}${before}${segment}${after}`
  const encoded = name.replaceAll(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
  const twice = encoded.replaceAll('%', '%25')
  const owned = (title: string, target: string) => own(`path: ${title}`, method, target, more)
  const never = (title: string, target: string) => refused(`path: ${title}`, method, target, more)
  return [
    owned('the name itself', at(name)),
    owned('every letter encoded', at(encoded)),
    never('encoded twice', at(twice)),
    owned('dot segments', at(`mine/../${name}`)),
    owned('dot segments, encoded', at(`mine/%2e%2e/${name}`)),
    owned('dot segments, half encoded', at(`mine/.%2E/${name}`)),
    owned('a single dot', at(`./${name}`)),
    never('an encoded slash before the name', at(`mine%2f..%2f${name}`)),
    never('an encoded slash after the name', at(`${name}%2F`)),
    owned('backslashes', at(`mine\\..\\${name}`)),
    never('an encoded backslash', at(`mine%5c..%5C${name}`)),
    owned('two slashes at the front', `${mount}/${before}${name}${after}`),
    owned('two slashes before the name', at(`/${name}`)),
    owned('a trailing slash', `${mount}${before}${name}/${after.replace(/^\/[^?]*/, '')}`),
    never('a zero byte', at(`${name}%00`)),
    never('a zero byte in front', at(`%00${name}`)),
    never('a line break', at(`${name}%0d%0ahost:%20other`)),
    never('an encoded percent sign', at(`${name}%25`)),
    never('UTF-8 that is overlong', at(`%c0%ae%c0%ae%c0%af${name}`)),
    owned('a full-width slash', at(`mine%ef%bc%8f..%ef%bc%8f${name}`)),
    never('an escape that is none', at(`%u0074${name}`)),
    owned('a matrix parameter', at(`${name};v=1`)),
    owned('a fragment', at(`${name}#/..`)),
    owned('an encoded question mark', at(`${name}%3fnamespace=${name}`)),
    never('the route in capitals', `${mount}${before.toUpperCase()}${name}${after}`),
    owned('the name in capitals', at(name.toUpperCase())),
    owned('a target with a host', `http://127.0.0.1${at(name)}`),
    never('out of the mount, to the control plane', `${mount}/../admin/tenants`),
    never('a name without an end', at('n'.repeat(9_000))),
  ]
}
