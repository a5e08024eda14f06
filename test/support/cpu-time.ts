// How long a piece of work takes this process, whatever else the machine is busy with.
import process from 'node:process'

/** Milliseconds of CPU, user and system. */
export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
