import type { AuthorizedCall } from "../cloud/executeCall.ts"
import type { FaultAt } from "./Scenario.ts"
import type { Site } from "./Site.ts"

export type CallFaultPlace = FaultAt<"s3" | "sqs" | "dynamodb" | "secretsmanager" | "function">

/** What an object's ARN says behind the bucket. */
const keyOf = (arn: string): string => arn.slice(arn.indexOf("/") + 1)

/** Which calls a fault is about. */
export const makeFits = ({ names, program }: Site) => {
  const callers = new Map(
    program.resources
      .filter(({ type }) => type === "aws:lambda/function:Function")
      .map(({ inputs, name }) => [inputs["role"], name])
  )
  return (fault: CallFaultPlace, { body, operation, principalArn, resources, service }: AuthorizedCall): boolean =>
    fault.operation === operation &&
    (fault.at === "function" || fault.at === service) &&
    (fault.function === undefined || callers.get(principalArn) === fault.function) &&
    (!("queue" in fault) || resources.some((arn) => names.logicalName(arn) === fault.queue)) &&
    (!("key" in fault) || resources.some((arn) => keyOf(arn).includes(fault.key ?? ""))) &&
    (!("imdbId" in fault) || [...resources, body.toString()].some((text) => text.includes(fault.imdbId ?? "")))
}

export type Fits = ReturnType<typeof makeFits>
