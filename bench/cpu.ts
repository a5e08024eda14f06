// CPU time of a process, all its threads, as Linux counts it: in ticks, so only the difference over
// a few hundred of them means anything.
import { readFileSync } from 'node:fs'

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const TICK_MS = 10
/** Places of utime and stime in proc_pid_stat(5), counted after the name, which may hold spaces. */
const UTIME = 11
const STIME = 12

/** Milliseconds of CPU that the process has used so far; null where /proc does not tell. */
export function cpuMs(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS
  } catch {
    return null
  }
}
