import type { Registered } from "../engine/monitor.ts"
import { inDataOrder } from "../plan/inDataOrder.ts"
import { isList, isRecord, type ShownRecord, shownInputs } from "../plan/inputs.ts"
import { kindOf } from "../plan/inventedOutputs.ts"
import { nouns } from "../plan/nouns.ts"
import { permissions } from "../plan/permissions/permissions.ts"
import { type Edge, type Node, nodeOf } from "./Edge.ts"
import { permitted } from "./permitted.ts"

const at = (value: unknown, ...path: ReadonlyArray<string>): unknown =>
  path.reduce((inner, key) => (isRecord(inner) ? inner[key] : undefined), value)

/** Where data goes, and where it goes when a stage fails: what the program's own resources say, in its own order. */
export const graphOf = (resources: ReadonlyArray<Registered>) => {
  const placed = inDataOrder(resources)
  const found = nouns(placed)
  const facts = permissions(placed, found)

  const edge = (from: unknown, to: unknown, label = ""): ReadonlyArray<Edge> => {
    const [source, target] = [found.named(from), found.named(to)]
    return source === undefined || target === undefined ? [] : [{ from: nodeOf(source), to: nodeOf(target), label }]
  }

  const flowsOf = (resource: Registered, inputs: ShownRecord): ReadonlyArray<Edge> => {
    switch (kindOf(resource.type)) {
      case "schedule":
        return edge(resource.id, at(inputs, "target", "arn"), `${inputs["scheduleExpression"]}`)
      case "eventSourceMapping":
        return edge(inputs["eventSourceArn"], inputs["functionName"])
      case "bucketNotification": {
        const { bucket, queues } = inputs
        return (isList(queues) ? queues : []).flatMap((each) =>
          edge(bucket, at(each, "queueArn"), `${at(each, "filterPrefix")}…${at(each, "filterSuffix")} arrives`)
        )
      }
      case "function": {
        const told = Object.values(at(inputs, "environment", "variables") ?? {})
        const addresses = told.filter((value) => typeof value === "string" && /^https?:\/\/[^<]+$/.test(value))
        const outside = addresses.map(
          (name): Edge => ({ from: { kind: "outside", name }, to: nodeOf(resource), label: "" })
        )
        return [...outside, ...permitted(resource, facts, found)]
      }
      default:
        return []
    }
  }

  const failuresOf = ({ id, type }: Registered, inputs: ShownRecord): ReadonlyArray<Edge> => {
    switch (kindOf(type)) {
      case "schedule": {
        const { deadLetterConfig, retryPolicy } = isRecord(inputs["target"]) ? inputs["target"] : {}
        return edge(id, at(deadLetterConfig, "arn"), `after ${at(retryPolicy, "maximumRetryAttempts")} retries`)
      }
      case "functionEventInvokeConfig": {
        const to = at(inputs, "destinationConfig", "onFailure", "destination")
        return edge(inputs["functionName"], to, `after ${inputs["maximumRetryAttempts"]} retries`)
      }
      case "queue": {
        const { redrivePolicy } = inputs
        return edge(
          id,
          at(redrivePolicy, "deadLetterTargetArn"),
          `after ${at(redrivePolicy, "maxReceiveCount")} receives`
        )
      }
      default:
        return []
    }
  }

  const own = placed.filter(({ component }) => !component)
  const failures = own.flatMap((resource) => failuresOf(resource, shownInputs(resource)))
  const isDeadLetterQueue = (node: Node) => failures.some(({ to }) => to.name === node.name && to.kind === node.kind)
  const flows = own.flatMap((resource) => flowsOf(resource, shownInputs(resource)))
  return { flows: flows.filter(({ to }) => !isDeadLetterQueue(to)), failures, placed }
}
