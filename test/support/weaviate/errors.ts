// Errors as Weaviate writes them over REST.
import { Refusal } from '../vector/stand-in.ts'

export function refuse(status: number, message: string): never {
  throw new Refusal({ status, body: { error: [{ message }] } })
}
