import type { RunDate } from "../../domain/RunDate.ts"
import type { Grant } from "../iam/GrantUsage.ts"
import type { DeniedCall } from "../iam/Iam.ts"
import type { LocalStack } from "../LocalStack.ts"
import type { RunResult } from "./RunResult.ts"
import type { RunFailure } from "./runPipeline.ts"

/** The document that `npm start -- --json` prints. Its fields are fixed: scripts read them. */
export interface RunSummary {
  readonly runDate: RunDate
  /** Every movie of the roster is enriched, exported and loaded, and nothing failed or waits for a person. */
  readonly complete: boolean
  readonly total: number
  readonly enriched: number
  readonly gaps: ReadonlyArray<{ readonly imdbId: string; readonly reason: string }>
  /** Messages in each dead-letter queue, by the queue's logical name. */
  readonly deadLetters: Readonly<Record<string, number>>
  /** Null until the run was exported. */
  readonly csvKey: string | null
  /** The day's rows of the table. */
  readonly tableItems: number
  readonly failures: ReadonlyArray<RunFailure>
  /** What a function or the platform was not allowed to do, by the declared policies. */
  readonly denied: ReadonlyArray<DeniedCall>
  /** What a role may do and nobody did, but for what only failures need. */
  readonly unusedGrants: ReadonlyArray<Grant>
  readonly invocations: Readonly<Record<string, { count: number; errors: number; maxMs: number }>>
  /** From the schedule's firing to the last acknowledgement. */
  readonly durationMs: number
  /** Where the results lie. */
  readonly out: string
}

/** A run that has come to rest. */
export interface FinishedRun {
  readonly runDate: RunDate
  readonly result: RunResult
  readonly failures: ReadonlyArray<RunFailure>
  readonly durationMs: number
}

const countDeadLetters = async ({ cloud, names }: LocalStack): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {}
  for (const { logical, url } of names.queues.filter(({ isDeadLetterQueue }) => isDeadLetterQueue)) {
    const { visible, blocked, inFlight, delayed } = await cloud.queues.depth(url)
    counts[logical] = visible + blocked + inFlight.length + delayed.length
  }
  return counts
}

/** The same with the names of the program, as far as they are known. */
const inOurWords = ({ names }: LocalStack) => {
  const plain = (arn: string) => arn.replace(/[^:/]+(?=$|[:/])/g, (part) => names.logicalName(part))
  return {
    denial: ({ principal, action, resource, message }: DeniedCall): DeniedCall => ({
      principal: names.logicalName(principal),
      action,
      resource: plain(resource),
      message
    }),
    grant: ({ role, action, resource, ...rest }: Grant): Grant => ({
      role: names.logicalName(role),
      action,
      resource: plain(resource),
      ...rest
    })
  }
}

export const summarizeRun = async (stack: LocalStack, ended: FinishedRun, out: string): Promise<RunSummary> => {
  const { lambda, names, iam } = stack
  const words = inOurWords(stack)
  const { result: state } = ended
  const deadLetters = await countDeadLetters(stack)
  const total = state.roster?.total ?? 0
  return {
    runDate: ended.runDate,
    complete:
      total > 0 &&
      state.enriched.length === total &&
      state.manifest?.enriched === total &&
      state.rows.length === total &&
      ended.failures.length === 0 &&
      iam.denied.length === 0 &&
      Object.values(deadLetters).every((count) => count === 0),
    total,
    enriched: state.enriched.length,
    gaps: state.gaps.map(({ imdbId, reason }) => ({ imdbId, reason })),
    deadLetters,
    csvKey: state.manifest?.csvKey ?? null,
    tableItems: state.rows.length,
    failures: ended.failures,
    denied: iam.denied.map(words.denial),
    unusedGrants: iam.unusedGrants({ includeWhenFailing: false }).map(words.grant),
    invocations: Object.fromEntries(
      Object.entries(lambda.invocations()).map(([name, figures]) => [names.logicalName(name), figures])
    ),
    durationMs: ended.durationMs,
    out
  }
}
