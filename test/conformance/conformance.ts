import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { errorDetail } from "../../services/AwsClient.ts"
import { dynamoDb } from "./behaviours/dynamoDb.ts"
import { fifoQueues } from "./behaviours/fifoQueues.ts"
import { notifications } from "./behaviours/notifications.ts"
import { redrive } from "./behaviours/redrive.ts"
import { s3 } from "./behaviours/s3.ts"
import { secrets } from "./behaviours/secrets.ts"
import { standardQueues, visibilityTimeouts } from "./behaviours/standardQueues.ts"
import type { RunningTarget, Services, TargetName } from "./ConformanceTarget.ts"
import { ExpectationFailed } from "./expectations.ts"

/** A behaviour of AWS that the pipeline or its operator relies on. */
export interface Behaviour {
  /** A sentence in the present tense. */
  readonly title: string
  /** The page of AWS's documentation that describes it. */
  readonly source: string
  /** Fails with what was expected and what was found. */
  readonly check: Effect.Effect<void, { readonly message: string }, Services | Scope.Scope>
  /** The targets that are known to behave differently, with the reason. */
  readonly differs?: Readonly<Partial<Record<TargetName, string>>>
}

export interface Subject {
  /** As typed on the command line. */
  readonly name: string
  readonly heading: string
  /** Whether its behaviours share a resource and so run one after the other; otherwise they run concurrently. */
  readonly isSequential?: true
  readonly behaviours: ReadonlyArray<Behaviour>
}

/** In the order data flows. */
export const subjects: ReadonlyArray<Subject> = [
  s3,
  standardQueues,
  visibilityTimeouts,
  fifoQueues,
  notifications,
  dynamoDb,
  secrets,
  redrive
]

/** `differs`: as listed. `fails`: it does not hold, or it holds although it is listed as different. */
export type Outcome =
  | { readonly state: "holds" }
  | { readonly state: "differs"; readonly reason: string }
  | { readonly state: "fails"; readonly reason: string }

export interface Row {
  readonly subject: string
  readonly title: string
  readonly source: string
  readonly outcomes: Readonly<Partial<Record<TargetName, Outcome>>>
}

export const isAsListed = ({ outcomes }: Row): boolean =>
  Object.values(outcomes).every(({ state }) => state !== "fails")

/** On AWS, a move task takes several minutes. */
const timeLimit = "10 minutes"

/**
 * The outcome of a behaviour on a target. Only a failed expectation counts as a difference; a call that fails, a defect
 * or a timeout is a failure even where a difference is listed.
 */
export const outcomeOn = Effect.fnUntraced(function* (
  target: RunningTarget,
  { check, differs }: Behaviour
): Effect.fn.Return<Outcome> {
  const failure = yield* target.run(check).pipe(
    Effect.as(undefined),
    Effect.timeoutOrElse({
      duration: timeLimit,
      orElse: () => Effect.succeed({ message: `timed out after ${timeLimit}` })
    }),
    Effect.catch(Effect.succeed),
    Effect.catchDefect((defect) => Effect.succeed({ message: `defect: ${errorDetail(defect)}` }))
  )
  const reason = differs?.[target.name]
  if (reason === undefined)
    return failure === undefined ? { state: "holds" } : { state: "fails", reason: failure.message }
  if (failure === undefined) return { state: "fails", reason: `holds, but is listed as different: ${reason}` }
  return failure instanceof ExpectationFailed
    ? { state: "differs", reason }
    : { state: "fails", reason: failure.message }
})

/** Runs every behaviour on every target, the targets concurrently; two subjects at a time, since some measure time. */
export const conformance = (targets: ReadonlyArray<RunningTarget>, subjects: ReadonlyArray<Subject>) =>
  Effect.forEach(
    subjects,
    ({ name, behaviours, isSequential }) =>
      Effect.forEach(
        behaviours,
        Effect.fnUntraced(function* (behaviour): Effect.fn.Return<Row> {
          const outcomes = yield* Effect.forEach(targets, (target) => outcomeOn(target, behaviour), {
            concurrency: "unbounded"
          })
          const { title, source } = behaviour
          const entries = targets.map((target, index) => [target.name, outcomes[index]])
          return { subject: name, title, source, outcomes: Object.fromEntries(entries) }
        }),
        { concurrency: isSequential ? 1 : "unbounded" }
      ),
    { concurrency: 2 }
  ).pipe(Effect.map((rows) => rows.flat()))
