// A command as the group it belongs to has just made it: for functions that add the same options to
// several, without losing the types of what they were given.
import type { Command, OptionValues } from '@commander-js/extra-typings'

export type FreshCommand = Command<[], Record<never, never>, OptionValues>
