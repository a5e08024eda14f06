// Colour, where there is someone to see it: on a terminal, unless NO_COLOR, TERM=dumb or --no-color
// says otherwise. https://no-color.org
import { styleText } from 'node:util'
import { type OutputStream, type Terminal, variable } from '../terminal.ts'

export type Tone = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan'
export type Style = (tone: Tone, text: string) => string

export const uncoloured: Style = (_, text) => text

export function styleFor(stream: OutputStream, env: Terminal['env'], wanted: boolean): Style {
  const coloured =
    wanted &&
    stream.isTTY === true &&
    variable(env, 'NO_COLOR') === undefined &&
    env['TERM'] !== 'dumb'
  // Decided here: the stream that Node would look at is not always the one that is written to.
  return coloured ? (tone, text) => styleText(tone, text, { validateStream: false }) : uncoloured
}
