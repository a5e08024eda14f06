// API keys. The text of one is in the answer that makes it, and nowhere else.
import * as z from 'zod'

export const Key = z.looseObject({
  id: z.string(),
  name: z.string(),
  user: z.string().nullable(),
  scopes: z.array(z.string()),
  ip_allow: z.array(z.string()),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
  rotated_to: z.string().nullable(),
  last_used_at: z.string().nullish(),
})
export type Key = z.infer<typeof Key>

export const KeysAnswer = z.looseObject({ keys: z.array(Key) })
export const CreatedKey = z.looseObject({ ...Key.shape, key: z.string() })
export const RotatedKey = z.looseObject({ ...CreatedKey.shape, replaces: Key })
