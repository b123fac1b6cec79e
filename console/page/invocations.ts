import type { LogEntry } from "../../operator/logs/LogEntry.ts"

/** Log lines of one invocation of a function. */
export interface Invocation {
  readonly stage: string
  readonly from: string
  readonly to: string
  readonly entries: ReadonlyArray<LogEntry>
  /** Of a repeated invocation of the same function: the end of the one before. */
  readonly waitsFrom: string | undefined
  /** Its position among the invocations of its function, from 1. */
  readonly number: number
}

/** Log lines by invocation, in the order of their first lines. Of one movie, each one of stage 2 is an attempt. */
export const invocationsOf = (log: ReadonlyArray<LogEntry>): ReadonlyArray<Invocation> => {
  const latest = new Map<string, Invocation>()
  return [...Map.groupBy(log, ({ stage, requestId }) => `${stage} ${requestId ?? ""}`).values()].flatMap((entries) => {
    const [first, last] = [entries[0], entries.at(-1)]
    if (first === undefined || last === undefined) return []
    const before = latest.get(first.stage)
    const invocation = {
      ...{ stage: first.stage, from: first.at, to: last.at, entries },
      waitsFrom: before !== undefined && before.to < first.at ? before.to : undefined,
      number: (before?.number ?? 0) + 1
    }
    latest.set(first.stage, invocation)
    return [invocation]
  })
}
