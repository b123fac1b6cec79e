import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { MoveTasks } from "../../operator/aws/MoveTasks.ts"
import type { Queues } from "../../operator/aws/Queues.ts"
import type { DynamoDb } from "../../services/DynamoDb.ts"
import type { S3 } from "../../services/S3.ts"
import type { Sqs } from "../../services/Sqs.ts"
import type { ConformanceTarget, TargetName } from "./ConformanceTarget.ts"

/** What every site offers: the pipeline's and the operator's own services, on resources of the script's own. */
export type Services = ConformanceTarget | S3 | Sqs | DynamoDb | Queues | MoveTasks

/** Something of AWS that the pipeline or its operator relies on. */
export interface Behaviour {
  /** A sentence, present tense. */
  readonly title: string
  /** The page of AWS's documentation that says so. */
  readonly source: string
  /** Fails with what was expected and what was seen. */
  readonly check: Effect.Effect<void, { readonly message: string }, Services | Scope.Scope>
  /** Where it is known not to hold, and why that is so. */
  readonly differs?: Readonly<Partial<Record<TargetName, string>>>
}

export interface Subject {
  /** As a person types it. */
  readonly name: string
  readonly heading: string
  readonly behaviours: ReadonlyArray<Behaviour>
}
