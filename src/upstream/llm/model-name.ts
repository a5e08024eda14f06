/** How a model's name may look in a body: what every price table and allow-list can hold. */
import { text } from '../rules.ts'

export const modelName = text({ pattern: /^[A-Za-z0-9._:@/-]{1,200}$/ })
