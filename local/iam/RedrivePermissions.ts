import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const RedriveAllowPolicy = Schema.Union([
  Schema.Struct({ redrivePermission: Schema.Literals(["allowAll", "denyAll"]) }),
  Schema.Struct({ redrivePermission: Schema.Literal("byQueue"), sourceQueueArns: Schema.NonEmptyArray(Schema.String) })
])
type RedriveAllowPolicy = typeof RedriveAllowPolicy.Type

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(RedriveAllowPolicy), { onExcessProperty: "error" })

const requireAllowed = (policy: RedriveAllowPolicy | undefined, source: string, deadLetterQueue: string): void => {
  const allowed =
    policy === undefined ||
    policy.redrivePermission === "allowAll" ||
    (policy.redrivePermission === "byQueue" && policy.sourceQueueArns.includes(source))
  if (allowed) return
  throw new Error(`InvalidParameterValue: ${deadLetterQueue} does not accept dead letters from ${source}.`)
}

/**
 * Which queues may use a queue as their dead-letter queue. SQS checks this when either queue is configured, in any
 * order, and not when it moves a message. Queues are identified by their ARNs.
 */
export class RedrivePermissions {
  readonly #allowPolicies = new Map<string, RedriveAllowPolicy>()
  /** The dead-letter queue of each source queue. */
  readonly #deadLetterQueues = new Map<string, string>()

  /** Throws if the dead-letter queue does not accept messages from the source. */
  putSource(source: string, deadLetterQueue: string): void {
    requireAllowed(this.#allowPolicies.get(deadLetterQueue), source, deadLetterQueue)
    this.#deadLetterQueues.set(source, deadLetterQueue)
  }

  /** Throws if the policy is malformed, or excludes a source that is configured already. */
  putAllowPolicy(deadLetterQueue: string, document: string): void {
    const decoded = decode(document)
    if (Result.isFailure(decoded)) {
      const detail = decoded.failure.message.replaceAll(/\n\s*/g, " ")
      throw new Error(`InvalidAttributeValue: the RedriveAllowPolicy of ${deadLetterQueue}: ${detail}`)
    }
    for (const [source, target] of this.#deadLetterQueues) {
      if (target === deadLetterQueue) requireAllowed(decoded.success, source, deadLetterQueue)
    }
    this.#allowPolicies.set(deadLetterQueue, decoded.success)
  }
}
