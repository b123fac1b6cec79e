import type { LocalStack } from "../LocalStack.ts"

/** Something that ended a part of the run for good and is no gap of one movie. */
export interface Failure {
  readonly function: string
  /** The typed error's tag, or Lambda's own error type. */
  readonly reason: string
  readonly detail: string
}

/** What has happened in the local cloud since the recording began; functions by their logical names. */
export interface Recording {
  /** Every line that each function wrote. */
  readonly logs: ReadonlyMap<string, ReadonlyArray<string>>
  /** An event that is out of retries, and what the platform was refused. */
  readonly failures: ReadonlyArray<Failure>
  /** When a message was last acknowledged, in milliseconds since the epoch. */
  readonly lastAcknowledged: () => number
}

export const record = ({ cloud, lambda: { events }, names }: LocalStack): Recording => {
  const logs = new Map<string, Array<string>>()
  const failures: Array<Failure> = []
  const lastErrors = new Map<string, Failure>()
  let lastAcknowledged = 0

  cloud.events.on("call", ({ operation, at }) => {
    if (operation.startsWith("DeleteMessage")) lastAcknowledged = at
  })
  events.on("logLine", ({ function: name, line }) => {
    const logical = names.logicalOf(name)
    const lines = logs.get(logical) ?? []
    logs.set(logical, lines)
    lines.push(line)
  })
  events.on("invocationEnded", ({ function: name, error }) => {
    if (error === undefined) return
    const { errorType: reason, errorMessage: detail } = error
    lastErrors.set(name, { function: names.logicalOf(name), reason, detail })
  })
  // What a queue gave up on is counted in its dead letters, and each movie has its gap.
  events.on("deadLettered", ({ cause, from, detail }) => {
    if (cause === "receives") return
    failures.push(lastErrors.get(from) ?? { function: names.logicalOf(from), reason: cause, detail })
  })
  events.on("refused", ({ service, resource, detail }) => {
    failures.push({ function: service, reason: "Refused", detail: `${names.logicalOf(resource)}: ${detail}` })
  })
  return { logs, failures, lastAcknowledged: () => lastAcknowledged }
}
