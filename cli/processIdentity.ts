import { readFileSync } from "node:fs"

/** The id of a process and, on Linux, when it started: an id is used again, in a container at once. */
export const processIdentity = (pid: number): string => {
  const started = startTime(pid)
  return started === undefined ? `${pid}` : `${pid}.${started}`
}

/** Whether the process that had this identity still runs. */
export const isRunning = (identity: string): boolean => {
  const [pid, started] = identity.split(".")
  if (!(Number(pid) > 0) || !isAlive(Number(pid))) return false
  const actual = startTime(Number(pid))
  return started === undefined || actual === undefined || started === actual
}

/** In clock ticks since the system started. */
const startTime = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    // Field 22. The second one, the name of the program, is in parentheses and can contain spaces and parentheses.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]
  } catch {
    return undefined
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    // EPERM: it belongs to another user.
    return cause instanceof Error && "code" in cause && cause.code === "EPERM"
  }
}
