import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const RedriveAllowPolicy = Schema.Union([
  Schema.Struct({ redrivePermission: Schema.Literals(["allowAll", "denyAll"]) }),
  Schema.Struct({ redrivePermission: Schema.Literal("byQueue"), sourceQueueArns: Schema.NonEmptyArray(Schema.String) })
])
type Allow = typeof RedriveAllowPolicy.Type

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(RedriveAllowPolicy), { onExcessProperty: "error" })

const takesFrom = (allow: Allow, source: string): boolean =>
  allow.redrivePermission === "byQueue"
    ? allow.sourceQueueArns.includes(source)
    : allow.redrivePermission === "allowAll"

const check = (allow: Allow | undefined, source: string, deadLetterQueue: string): void => {
  if (allow === undefined || takesFrom(allow, source)) return
  throw new Error(`InvalidParameterValue: ${deadLetterQueue} does not take dead letters from ${source}.`)
}

/**
 * Which queue may move its exhausted messages to which: SQS asks when queues are configured, in whatever order, and
 * then moves without a look. Queues are named by their ARNs.
 */
export class RedrivePermissions {
  readonly #allow = new Map<string, Allow>()
  /** The dead-letter queue of each queue. */
  readonly #target = new Map<string, string>()

  /** Throws where the dead-letter queue does not take from that queue. */
  putSource(source: string, deadLetterQueue: string): void {
    check(this.#allow.get(deadLetterQueue), source, deadLetterQueue)
    this.#target.set(source, deadLetterQueue)
  }

  /** Throws at a policy that it does not know, and at one that shuts out a queue whose messages end here. */
  putAllowPolicy(deadLetterQueue: string, document: string): void {
    const allow = decode(document)
    if (Result.isFailure(allow)) {
      const detail = allow.failure.message.replaceAll(/\n\s*/g, " ")
      throw new Error(`InvalidAttributeValue: the RedriveAllowPolicy of ${deadLetterQueue}: ${detail}`)
    }
    for (const [source, target] of this.#target) {
      if (target === deadLetterQueue) check(allow.success, source, deadLetterQueue)
    }
    this.#allow.set(deadLetterQueue, allow.success)
  }
}
