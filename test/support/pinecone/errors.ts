// The data plane's errors: `google.rpc.Status` as JSON, its code mapped to an HTTP status.
import { Refusal } from '../vector/stand-in.ts'

/** google.rpc.Code: 3 invalid argument, 5 not found, 6 already exists. */
const STATUS = { 3: 400, 5: 404, 6: 409 } as const

export function refuse(code: keyof typeof STATUS, message: string): never {
  throw new Refusal({ status: STATUS[code], body: { code, message, details: [] } })
}

/** As the control plane and the records API say it. */
export function refuseControl(status: number, code: string, message: string): never {
  throw new Refusal({ status, body: { error: { code, message }, status } })
}
