import * as Effect from "effect/Effect"
import { errorDetail } from "../../services/AwsClient.ts"
import type { Behaviour, Subject } from "./Behaviour.ts"
import type { Stage, TargetName } from "./ConformanceTarget.ts"
import { ExpectationFailed } from "./expectations.ts"

/** `fails`: it should hold and does not. `out of date`: it is listed as differing, and holds. */
export type Outcome =
  | { readonly state: "holds" }
  | { readonly state: "differs"; readonly reason: string; readonly seen: string }
  | { readonly state: "fails"; readonly seen: string }
  | { readonly state: "out of date"; readonly reason: string }

export interface Row {
  readonly subject: string
  readonly title: string
  readonly source: string
  readonly outcomes: Readonly<Partial<Record<TargetName, Outcome>>>
}

export const isAsListed = ({ outcomes }: Row): boolean =>
  Object.values(outcomes).every(({ state }) => state === "holds" || state === "differs")

/** On AWS a redrive by SQS's own task takes the most of it. */
const longest = "10 minutes"

/**
 * How a behaviour is on a site. Only an answer other than AWS's is a difference: that a call failed, or took for ever,
 * is a failure, where a difference is listed too.
 */
export const outcomeOn = Effect.fnUntraced(function* (
  stage: Stage,
  { check, differs }: Behaviour
): Effect.fn.Return<Outcome> {
  const wrong = yield* stage.run(check).pipe(
    Effect.as(undefined),
    Effect.timeoutOrElse({
      duration: longest,
      orElse: () => Effect.succeed({ message: `it was not over after ${longest}` })
    }),
    Effect.catch(Effect.succeed),
    Effect.catchDefect((defect) => Effect.succeed({ message: `a defect: ${errorDetail(defect)}` }))
  )
  const reason = differs?.[stage.name]
  if (wrong === undefined) return reason === undefined ? { state: "holds" } : { state: "out of date", reason }
  const seen = wrong.message
  return reason !== undefined && wrong instanceof ExpectationFailed
    ? { state: "differs", reason, seen }
    : { state: "fails", seen }
})

/** The outcomes of the subjects' behaviours, in their order. */
const outcomesOn = Effect.fnUntraced(function* (stage: Stage, subjects: ReadonlyArray<Subject>) {
  // The behaviours of a subject together, since they wait; not all subjects, so that what is timed has the machine.
  const bySubject = yield* Effect.forEach(
    subjects,
    ({ behaviours }) =>
      Effect.forEach(behaviours, (behaviour) => outcomeOn(stage, behaviour), { concurrency: "unbounded" }),
    { concurrency: 2 }
  )
  return bySubject.flat()
})

/** Every behaviour of the subjects on every stage, the stages side by side. */
export const conformance = Effect.fnUntraced(function* (
  stages: ReadonlyArray<Stage>,
  subjects: ReadonlyArray<Subject>
) {
  const outcomes = yield* Effect.forEach(stages, (stage) => outcomesOn(stage, subjects), { concurrency: "unbounded" })
  return subjects
    .flatMap(({ name, behaviours }) => behaviours.map(({ title, source }) => ({ subject: name, title, source })))
    .map((row, position): Row => {
      const entries = stages.map((stage, each) => [stage.name, outcomes[each]?.[position]])
      return { ...row, outcomes: Object.fromEntries(entries) }
    })
})
