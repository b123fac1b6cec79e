import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { shortType } from "../plan/declareStack.ts"
import { type DisplayRecord, displayInputs, isList, isRecord } from "../plan/displayInputs.ts"
import type { Permission } from "../plan/permissions/permissions.ts"
import { permissionsOf } from "../plan/permissions/permissions.ts"
import { inDataOrder, indexResources, type ResourceIndex, resourceName } from "../plan/resources.ts"

/** A resource, or something outside the stack, as a diagram shows it. */
export interface Node {
  readonly kind: string
  readonly name: string
}

/** Data goes from one to the other. */
export interface Edge {
  readonly from: Node
  readonly to: Node
  readonly label: string
}

export const nodeOf = ({ type, name, inputs }: RegisteredResource): Node => ({
  kind: inputs["fifoQueue"] === true ? "fifoQueue" : shortType(type),
  name
})

/** What every function does, and what the arrow of its trigger says already. */
const omittedActions = /^(logs:|sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes|ChangeMessageVisibility)$)/

/** Actions whose data comes to who calls; that of all others goes the other way. */
const reading = /^\w+:(Get|List|Query|Scan)/

/** An action that is not here is shown by its own name. */
const verbs: Readonly<Record<string, string>> = {
  "dynamodb:DeleteItem": "delete",
  "dynamodb:PutItem": "put",
  "dynamodb:Query": "query",
  "s3:GetObject": "get",
  "s3:ListBucket": "list",
  "s3:PutObject": "put",
  "secretsmanager:GetSecretValue": "read",
  "sqs:SendMessage": "send"
}

/** The file of a key if all runs name it alike, such as roster.json; else its folder. */
const keyWords = (key: string): string => {
  const [folder = "", ...below] = key.split("/")
  const file = below.at(-1) ?? folder
  return file.includes("*") ? `${folder}/` : file
}

interface Arrow {
  readonly from: Node
  readonly to: Node
  readonly verb: string
  readonly key: string | undefined
}

/** `list; get roster.json, enriched/` */
const labelOf = (arrows: ReadonlyArray<Arrow>): string =>
  [...Map.groupBy(arrows, ({ verb }) => verb)]
    .map(([verb, all]) => {
      const keys = all.flatMap(({ key }) => (key === undefined ? [] : [keyWords(key)]))
      return [verb, [...new Set(keys)].join(", ")].join(" ").trim()
    })
    .join("; ")

/** An arrow for each thing that the policies let a function read or write. */
export const permittedFlows = (
  holder: RegisteredResource,
  facts: ReadonlyArray<Permission>,
  nouns: ResourceIndex
): ReadonlyArray<Edge> => {
  const arrows = facts
    .filter(({ who, action }) => who === resourceName(holder) && !omittedActions.test(action))
    .map(({ action, resource, key }): Arrow => {
      const stack = nouns.findByArn(resource)
      const other = stack === undefined ? { kind: "outside", name: resource } : nodeOf(stack.resource)
      const ends = reading.test(action) ? { from: other, to: nodeOf(holder) } : { from: nodeOf(holder), to: other }
      return { ...ends, verb: verbs[action] ?? action, key: stack === undefined ? undefined : key }
    })
  return [...Map.groupBy(arrows, ({ from, to }) => JSON.stringify([from, to])).values()].flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : [{ from: first.from, to: first.to, label: labelOf(group) }]
  })
}

const at = (value: unknown, ...path: ReadonlyArray<string>): unknown =>
  path.reduce((inner, key) => (isRecord(inner) ? inner[key] : undefined), value)

/** Where data goes, and where it goes when a stage fails: what the program's own resources say, in its own order. */
export const dataFlow = (resources: ReadonlyArray<RegisteredResource>) => {
  const placed = inDataOrder(resources)
  const found = indexResources(placed)
  const facts = permissionsOf(placed, found)

  const edge = (from: unknown, to: unknown, label = ""): ReadonlyArray<Edge> => {
    const [source, target] = [found.findByOutput(from), found.findByOutput(to)]
    return source === undefined || target === undefined ? [] : [{ from: nodeOf(source), to: nodeOf(target), label }]
  }

  const flowsOf = (resource: RegisteredResource, inputs: DisplayRecord): ReadonlyArray<Edge> => {
    switch (shortType(resource.type)) {
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
        return [...outside, ...permittedFlows(resource, facts, found)]
      }
      default:
        return []
    }
  }

  const failuresOf = ({ id, type }: RegisteredResource, inputs: DisplayRecord): ReadonlyArray<Edge> => {
    switch (shortType(type)) {
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
  const failures = own.flatMap((resource) => failuresOf(resource, displayInputs(resource)))
  const isDeadLetterQueue = (node: Node) => failures.some(({ to }) => to.name === node.name && to.kind === node.kind)
  const flows = own.flatMap((resource) => flowsOf(resource, displayInputs(resource)))
  return { flows: flows.filter(({ to }) => !isDeadLetterQueue(to)), failures, placed }
}
