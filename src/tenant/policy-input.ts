/** A policy as people write it: any of its members, and no other. Absent is the plan's. */
import { closedObject } from '../input/closed-object.ts'
import { Policy } from './tenant.ts'

export const PolicyInput = closedObject(Policy.shape).partial()
