// Errors as Upstash Vector writes them.
import { Refusal } from '../vector/stand-in.ts'

export function refuse(status: number, error: string): never {
  throw new Refusal({ status, body: { error, status } })
}
