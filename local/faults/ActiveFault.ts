import type { AuthorizedCall } from "../cloud/executeCall.ts"
import type { LocalStack } from "../LocalStack.ts"
import type { Fault, FaultAt } from "./FaultSchedule.ts"

/** The stack into which faults are injected. Without the stand-in, OMDb is outside it and has no faults. */
export type FaultTarget = Pick<LocalStack, "cloud" | "lambda" | "names" | "omdb" | "program">

/** A fault and how often it was injected. */
export class ActiveFault<F extends Fault = Fault> {
  readonly fault: F
  readonly #onInjection: () => void
  #toSkip: number
  #remaining: number
  #injections = 0

  constructor(fault: F, onInjection: () => void = () => {}) {
    this.fault = fault
    this.#onInjection = onInjection
    this.#toSkip = fault.skip ?? 0
    this.#remaining = fault.times === "always" ? Number.POSITIVE_INFINITY : (fault.times ?? 1)
  }

  get injections(): number {
    return this.#injections
  }

  /** Decides and counts; to be called once for each call that the fault matches. */
  tryInject(): boolean {
    if (this.#remaining === 0) return false
    if (this.#toSkip > 0) {
      this.#toSkip -= 1
      return false
    }
    this.#remaining -= 1
    this.recordInjection()
    return true
  }

  recordInjection(): void {
    this.#injections += 1
    this.#onInjection()
  }
}

export const isFaultAt =
  <At extends Fault["at"]>(...targets: ReadonlyArray<At>) =>
  (active: ActiveFault): active is ActiveFault<Extract<Fault, { readonly at: At }>> =>
    targets.some((at) => at === active.fault.at)

interface FaultParts {
  readonly at: string
  readonly operation?: string
  readonly function?: string
  readonly queue?: string
  readonly key?: string
  readonly imdbId?: string
  readonly what: { readonly kind: string }
}

/** Such as `s3 PutObject of enriched/ for tt0050083: throttle`. */
export const describeFault = ({ at, operation, function: caller, queue, key, imdbId, what }: FaultParts): string => {
  const parts = [
    at,
    operation,
    caller && `by ${caller}`,
    queue && `to ${queue}`,
    key && `of ${key}`,
    imdbId && `for ${imdbId}`
  ]
  return `${parts.filter((part) => part !== undefined).join(" ")}: ${what.kind}`
}

export type FaultOnCall = FaultAt<"s3" | "sqs" | "dynamodb" | "secretsmanager" | "function">

/** The object's key in its ARN. */
const keyInArn = (arn: string): string => arn.slice(arn.indexOf("/") + 1)

/** Whether a call is one that a fault selects. */
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
    (!("key" in fault) || resources.some((arn) => keyInArn(arn).includes(fault.key ?? ""))) &&
    (!("imdbId" in fault) || [...resources, body.toString()].some((text) => text.includes(fault.imdbId ?? "")))
}

export type FaultMatcher = ReturnType<typeof makeFaultMatcher>
