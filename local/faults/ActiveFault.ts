import type { AuthorizedCall } from "../cloud/executeCall.ts"
import type { LocalStack } from "../LocalStack.ts"
import type { Fault, FaultAt } from "./FaultSchedule.ts"

/** A fault in force, and how often it has happened. */
export class ActiveFault<F extends Fault = Fault> {
  readonly fault: F
  readonly #onHappened: () => void
  #toSkip: number
  #left: number
  #happened = 0

  constructor(fault: F, onHappened: () => void = () => {}) {
    this.fault = fault
    this.#onHappened = onHappened
    this.#toSkip = fault.skip ?? 0
    this.#left = fault.times === "always" ? Number.POSITIVE_INFINITY : (fault.times ?? 1)
  }

  get injections(): number {
    return this.#happened
  }

  /** To be asked of each call that the fault fits: whether it happens to this one. */
  tryInject(): boolean {
    if (this.#left === 0) return false
    if (this.#toSkip > 0) {
      this.#toSkip -= 1
      return false
    }
    this.#left -= 1
    this.recordInjection()
    return true
  }

  /** Counts what was decided elsewhere. */
  recordInjection(): void {
    this.#happened += 1
    this.#onHappened()
  }
}

/** Whether the fault is of that place. */
export const isFaultAt =
  <At extends Fault["at"]>(...places: ReadonlyArray<At>) =>
  (inForce: ActiveFault): inForce is ActiveFault<Extract<Fault, { readonly at: At }>> =>
    places.some((place) => place === inForce.fault.at)

/** What every fault has, and what some have. */
interface Told {
  readonly at: string
  readonly operation?: string
  readonly function?: string
  readonly queue?: string
  readonly key?: string
  readonly imdbId?: string
  readonly what: { readonly kind: string }
}

/** A fault in a few words: `s3 PutObject of enriched/ for tt0050083: throttle`. */
export const describeFault = ({ at, operation, function: caller, queue, key, imdbId, what }: Told): string => {
  const parts = [
    at,
    operation,
    caller === undefined ? undefined : `by ${caller}`,
    queue === undefined ? undefined : `to ${queue}`,
    key === undefined ? undefined : `of ${key}`,
    imdbId === undefined ? undefined : `for ${imdbId}`
  ]
  return `${parts.filter((part) => part !== undefined).join(" ")}: ${what.kind}`
}

/** Where faults happen. Without the stand-in, another OMDb is in use, and none can happen there. */
export type FaultTarget = Pick<LocalStack, "cloud" | "lambda" | "names" | "omdb" | "program">

export type FaultOnCall = FaultAt<"s3" | "sqs" | "dynamodb" | "secretsmanager" | "function">

/** What an object's ARN says behind the bucket. */
const keyOf = (arn: string): string => arn.slice(arn.indexOf("/") + 1)

/** Which calls a fault is about. */
export const makeFaultMatcher = ({ names, program }: FaultTarget) => {
  const callers = new Map(
    program.resources
      .filter(({ type }) => type === "aws:lambda/function:Function")
      .map(({ inputs, name }) => [inputs["role"], name])
  )
  return (fault: FaultOnCall, { body, operation, principalArn, resources, service }: AuthorizedCall): boolean =>
    fault.operation === operation &&
    (fault.at === "function" || fault.at === service) &&
    (fault.function === undefined || callers.get(principalArn) === fault.function) &&
    (!("queue" in fault) || resources.some((arn) => names.logicalName(arn) === fault.queue)) &&
    (!("key" in fault) || resources.some((arn) => keyOf(arn).includes(fault.key ?? ""))) &&
    (!("imdbId" in fault) || [...resources, body.toString()].some((text) => text.includes(fault.imdbId ?? "")))
}

export type FaultMatcher = ReturnType<typeof makeFaultMatcher>
