/**
 * The scripts, each with the pieces that it needs put before it, in the order in which they build on
 * one another. Lua has no modules in Redis: what several scripts say alike is kept in lua/lib/, once.
 */
import abandon from './lua/abandon.lua'
import acquire from './lua/acquire.lua'
import admitUsual from './lua/admit-usual.lua'
import admit from './lua/admit.lua'
import bury from './lua/bury.lua'
import change from './lua/change.lua'
import count from './lua/count.lua'
import create from './lua/create.lua'
import document from './lua/document.lua'
import documents from './lua/documents.lua'
import erase from './lua/erase.lua'
import extend from './lua/extend.lua'
import ledger from './lua/ledger.lua'
import account from './lua/lib/account.lua'
import cells from './lua/lib/cells.lua'
import commit from './lua/lib/commit.lua'
import continuePeriods from './lua/lib/continue-periods.lua'
import control from './lua/lib/control.lua'
import epoch from './lua/lib/epoch.lua'
import grant from './lua/lib/grant.lua'
import levels from './lua/lib/levels.lua'
import limits from './lua/lib/limits.lua'
import lineNames from './lua/lib/line-names.lua'
import periods from './lua/lib/periods.lua'
import refusals from './lua/lib/refusals.lua'
import ringTimes from './lua/lib/ring-times.lua'
import ringAdvance from './lua/lib/ring-advance.lua'
import rings from './lua/lib/rings.lua'
import slipBytes from './lua/lib/slip-bytes.lua'
import slips from './lua/lib/slips.lua'
import snapshot from './lua/lib/snapshot.lua'
import stockOf from './lua/lib/stock.lua'
import sweepFirst from './lua/lib/sweep.lua'
import tally from './lua/lib/tally.lua'
import usageRows from './lua/lib/usage-rows.lua'
import list from './lua/list.lua'
import load from './lua/load.lua'
import look from './lua/look.lua'
import ping from './lua/ping.lua'
import refuse from './lua/refuse.lua'
import recount from './lua/recount.lua'
import register from './lua/register.lua'
import release from './lua/release.lua'
import renew from './lua/renew.lua'
import reset from './lua/reset.lua'
import settleUsual from './lua/settle-usual.lua'
import settle from './lua/settle.lua'
import stock from './lua/stock.lua'
import strike from './lua/strike.lua'
import sweep from './lua/sweep.lua'
import update from './lua/update.lua'
import usage from './lua/usage.lua'
import view from './lua/view.lua'
import write from './lua/write.lua'

/** What every script needs that may end a hold. */
const holding = [account, rings, cells, periods, tally, refusals, slipBytes, slips, levels, stockOf]
const accounting = [...holding, lineNames, sweepFirst, usageRows]
const writing = [ringAdvance, ...accounting]
const granting = [ringTimes, limits, grant, snapshot, continuePeriods]
const controlling = [...writing, snapshot, commit, continuePeriods, control]

const pieces = {
  // What is usual stands first, and alone where it is enough.
  admit: [ringAdvance, admitUsual, ...accounting, ...granting, commit, admit],
  settle: [ringAdvance, settleUsual, ...accounting, commit, settle],
  renew: [...writing, commit, renew],
  extend: [...writing, ringTimes, limits, grant, commit, extend],
  abandon: [...writing, commit, abandon],
  sweep: [...writing, commit, sweep],
  load: [account, snapshot, load],
  refuse: [...writing, snapshot, commit, refuse],
  create: [...controlling, create],
  change: [...controlling, change],
  acquire: [...writing, snapshot, commit, acquire],
  release: [...writing, snapshot, commit, release],
  reset: [...writing, commit, continuePeriods, reset],
  usage: [account, usageRows, usage],
  erase: [account, erase],
  view: [account, ringAdvance, rings, ringTimes, cells, periods, tally, limits, view],
  stock: [account, stock],
  recount: [...writing, commit, recount],
  ledger: [ledger],
  register: [epoch, register],
  update: [update],
  look: [look],
  ping: [ping],
  list: [list],
  count: [count],
  bury: [bury],
  document: [document],
  documents: [documents],
  write: [epoch, write],
  strike: [account, ringAdvance, rings, strike],
} as const satisfies Record<string, readonly string[]>

export type ScriptName = keyof typeof pieces

/**
 * The whole text of one script, as Redis is sent it. Its last argument is not the script's but
 * the asker's mark: it stands first in the answer, so that the asker sees whose answer that is.
 */
export function scriptText(name: ScriptName): string {
  return `return {table.remove(ARGV), (function()\n${pieces[name].join('\n')}\nend)()}`
}

export const scriptNames = Object.keys(pieces) as readonly ScriptName[]
