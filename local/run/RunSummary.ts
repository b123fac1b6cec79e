import type { Gap } from "../../domain/MovieOutcome.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { Grant } from "../iam/GrantUsage.ts"
import type { DeniedCall } from "../iam/Iam.ts"
import type { LocalStack } from "../LocalStack.ts"
import type { FinishedRun, RunFailure } from "./runPipeline.ts"

/** The document that `npm start -- --json` prints. Its fields are fixed: scripts read them. */
export interface RunSummary {
  readonly runDate: RunDate
  /** Every movie of the roster is enriched, exported and loaded, nothing failed and no dead letter waits. */
  readonly complete: boolean
  readonly total: number
  readonly enriched: number
  /** `nextAttemptAt`: of a provisional gap. */
  readonly gaps: ReadonlyArray<Pick<Gap, "imdbId" | "reason" | "nextAttemptAt">>
  /** The movies without an object, and those whose object was not exported. */
  readonly pending: ReadonlyArray<string>
  /** Messages in each dead-letter queue, by the queue's logical name. */
  readonly deadLetters: Readonly<Record<string, number>>
  /** Null until the run is exported. */
  readonly csvKey: string | null
  /** Null until the report is published. */
  readonly reportKey: string | null
  /** Rows of the run date in the table. */
  readonly tableItems: number
  readonly failures: ReadonlyArray<RunFailure>
  /** Calls of a function or of the platform that the declared policies do not allow. */
  readonly denied: ReadonlyArray<DeniedCall>
  /** Grants that no call used, except those for failures only. */
  readonly unusedGrants: ReadonlyArray<Grant>
  readonly invocations: Readonly<Record<string, { count: number; errors: number; maxMs: number }>>
  /** From the schedule's firing to the last acknowledgement. */
  readonly durationMs: number
  /** The folder of the results. */
  readonly out: string
}

export const summarizeRun = async (stack: LocalStack, run: FinishedRun, out: string): Promise<RunSummary> => {
  const { lambda, names, iam } = stack
  const { roster, enriched, gaps, pending, manifest, rows } = run.result
  const deadLetters = await countDeadLetters(stack)
  const total = roster?.total ?? 0
  const invocations = Object.entries(lambda.invocations())
  return {
    runDate: run.runDate,
    complete:
      total > 0 &&
      enriched.length === total &&
      manifest?.enriched === total &&
      rows.length === total &&
      run.failures.length === 0 &&
      iam.denied.length === 0 &&
      Object.values(deadLetters).every((count) => count === 0),
    total,
    enriched: enriched.length,
    gaps: gaps.map(({ imdbId, reason, nextAttemptAt }) => ({
      ...{ imdbId, reason },
      ...(nextAttemptAt === undefined ? {} : { nextAttemptAt })
    })),
    pending: pending.map(({ imdbId }) => imdbId),
    deadLetters,
    csvKey: manifest?.csvKey ?? null,
    reportKey: run.result.report?.key ?? null,
    tableItems: rows.length,
    failures: run.failures,
    denied: iam.denied.map(({ principal, action, resource, message }) => ({
      principal: names.logicalName(principal),
      action,
      resource: logicalArn(stack, resource),
      message
    })),
    unusedGrants: iam.unusedGrants({ includeWhenFailing: false }).map((grant) => ({
      ...grant,
      role: names.logicalName(grant.role),
      resource: logicalArn(stack, grant.resource)
    })),
    invocations: Object.fromEntries(invocations.map(([name, figures]) => [names.logicalName(name), figures])),
    durationMs: run.durationMs,
    out
  }
}

const countDeadLetters = async ({ cloud, names }: LocalStack): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {}
  for (const { logical, url } of names.queues.filter(({ isDeadLetterQueue }) => isDeadLetterQueue)) {
    const { visible, blocked, inFlight, delayed } = await cloud.queues.depth(url)
    counts[logical] = visible + blocked + inFlight.length + delayed.length
  }
  return counts
}

/** The ARN with logical names in place of the physical ones. */
const logicalArn = ({ names }: LocalStack, arn: string): string =>
  arn.replace(/[^:/]+(?=$|[:/])/g, (part) => names.logicalName(part))
