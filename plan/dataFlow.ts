import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { shortType } from "./declareStack.ts"
import { at, displayInputs, isList } from "./displayInputs.ts"
import { type Permission, permissionsOf } from "./permissions/permissions.ts"
import { inDataOrder, indexResources, type ResourceIndex, resourceName } from "./resources.ts"

/** A resource, or an address or ARN outside the stack. */
export interface DiagramNode {
  /** The short type of a resource, `fifoQueue`, or `outside`. */
  readonly type: string
  readonly name: string
}

/** Data flows from one node to the other. */
export interface DiagramEdge {
  readonly from: DiagramNode
  readonly to: DiagramNode
  readonly label: string
}

/** The flow of data between the program's resources, and where failed messages and invocations go, in data order. */
export const dataFlow = (resources: ReadonlyArray<RegisteredResource>) => {
  const inOrder = inDataOrder(resources)
  const index = indexResources(inOrder)
  const permissions = permissionsOf(inOrder, index)
  const failures = inOrder.flatMap((resource) => failureEdges(resource, index))
  const isDeadLetterQueue = (node: DiagramNode) =>
    failures.some(({ to }) => to.name === node.name && to.type === node.type)
  const flows = inOrder
    .flatMap((resource) => [
      ...triggerEdges(resource, index),
      ...(shortType(resource.type) === "function" ? functionEdges(resource, permissions, index) : [])
    ])
    .filter(({ to }) => !isDeadLetterQueue(to))
  return { flows, failures }
}

/** An edge between the resources with these outputs; none where one of them is not in the stack. */
const edge = ({ findByOutput }: ResourceIndex, from: unknown, to: unknown, label = ""): ReadonlyArray<DiagramEdge> => {
  const [source, target] = [findByOutput(from), findByOutput(to)]
  return source === undefined || target === undefined ? [] : [{ from: nodeOf(source), to: nodeOf(target), label }]
}

const nodeOf = ({ type, name, inputs }: RegisteredResource): DiagramNode => ({
  type: inputs["fifoQueue"] === true ? "fifoQueue" : shortType(type),
  name
})

const triggerEdges = (resource: RegisteredResource, index: ResourceIndex): ReadonlyArray<DiagramEdge> => {
  const inputs = displayInputs(resource)
  switch (shortType(resource.type)) {
    case "schedule":
      return edge(index, resource.id, at(inputs, "target", "arn"), `${inputs["scheduleExpression"]}`)
    case "eventSourceMapping":
      return edge(index, inputs["eventSourceArn"], inputs["functionName"])
    case "bucketNotification": {
      const { bucket, queues } = inputs
      return (isList(queues) ? queues : []).flatMap((each) =>
        edge(index, bucket, at(each, "queueArn"), `${at(each, "filterPrefix")}…${at(each, "filterSuffix")} created`)
      )
    }
    default:
      return []
  }
}

const failureEdges = (resource: RegisteredResource, index: ResourceIndex): ReadonlyArray<DiagramEdge> => {
  const { target, functionName, maximumRetryAttempts, destinationConfig, redrivePolicy } = displayInputs(resource)
  switch (shortType(resource.type)) {
    case "schedule": {
      const retries = at(target, "retryPolicy", "maximumRetryAttempts")
      return edge(index, resource.id, at(target, "deadLetterConfig", "arn"), `after ${retries} retries`)
    }
    case "functionEventInvokeConfig": {
      const queue = at(destinationConfig, "onFailure", "destination")
      return edge(index, functionName, queue, `after ${maximumRetryAttempts} retries`)
    }
    case "queue": {
      const receives = at(redrivePolicy, "maxReceiveCount")
      return edge(index, resource.id, at(redrivePolicy, "deadLetterTargetArn"), `after ${receives} receives`)
    }
    default:
      return []
  }
}

/** From the URLs in a function's environment, and from and to whatever its policies let it read and write. */
const functionEdges = (
  resource: RegisteredResource,
  permissions: ReadonlyArray<Permission>,
  { findByArn }: ResourceIndex
): ReadonlyArray<DiagramEdge> => {
  const self = nodeOf(resource)
  const variables = Object.values(at(displayInputs(resource), "environment", "variables") ?? {})
  const urls = variables.filter((value) => typeof value === "string" && /^https?:\/\/[^<]+$/.test(value))
  const accesses = permissions
    .filter(({ who, action }) => who === resourceName(resource) && !omittedActions.test(action))
    .map(({ action, resource: arn, key }) => {
      const found = findByArn(arn)
      const other = found === undefined ? { type: "outside", name: arn } : nodeOf(found.resource)
      const ends = readActions.test(action) ? { from: other, to: self } : { from: self, to: other }
      return { ...ends, verb: verbOf(action), key: found === undefined ? undefined : key }
    })
  return [
    ...urls.map((name) => ({ from: { type: "outside", name }, to: self, label: "" })),
    ...[...Map.groupBy(accesses, ({ from, to }) => JSON.stringify({ from, to }))].map(([ends, group]) => ({
      ...(JSON.parse(ends) as Pick<DiagramEdge, "from" | "to">),
      label: accessLabel(group)
    }))
  ]
}

/** What every function does, and what the edge of its trigger shows. */
const omittedActions = /^(logs:|sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes|ChangeMessageVisibility)$)/

/** Data flows to the function; with every other action it flows from the function. */
const readActions = /^\w+:(Get|List|Query|Scan)/

/** `put` for `s3:PutObject`. */
const verbOf = (action: string): string => /:([A-Z][a-z]+)/.exec(action)?.[1]?.toLowerCase() ?? action

/** `list; get roster.json, enriched/`: a file that has the same name in every run, otherwise the folder. */
const accessLabel = (accesses: ReadonlyArray<{ readonly verb: string; readonly key: string | undefined }>): string =>
  [...Map.groupBy(accesses, ({ verb }) => verb)]
    .map(([verb, all]) => {
      const names = all.flatMap(({ key }) => {
        if (key === undefined) return []
        const [folder = "", ...below] = key.split("/")
        const file = below.at(-1) ?? folder
        return [file.includes("*") ? `${folder}/` : file]
      })
      return `${verb} ${[...new Set(names)].join(", ")}`.trim()
    })
    .join("; ")

/** A Mermaid flowchart with its nodes and edges in the order of `edges`. */
export const mermaid = (edges: ReadonlyArray<DiagramEdge>, direction: "TB" | "LR", arrow: "-->" | "-.->"): string => {
  const nodes = new Map(edges.flatMap(({ from, to }) => [from, to]).map((node) => [idOf(node), shapeOf(node)]))
  return [
    `flowchart ${direction}`,
    ...[...nodes].map(([id, shape]) => `  ${id}${shape}`),
    ...edges.map(({ from, to, label }) =>
      [`  ${idOf(from)}`, label === "" ? arrow : `${arrow}|"${label}"|`, idOf(to)].join(" ")
    )
  ].join("\n")
}

const idOf = ({ type, name }: DiagramNode): string => `${type}_${name}`.replaceAll(/\W/g, "_")

const shapeOf = ({ type, name }: DiagramNode): string => (shapes[type] ?? (() => `["${type} ${name}"]`))(name)

const shapes: Readonly<Record<string, (name: string) => string>> = {
  schedule: (name) => `(["schedule ${name}"])`,
  queue: (name) => `[["${name} queue"]]`,
  fifoQueue: (name) => `[["${name} queue, FIFO"]]`,
  bucket: (name) => `[("${name} bucket")]`,
  table: (name) => `[("${name} table")]`,
  secret: (name) => `[/"secret ${name}"/]`,
  function: (name) => `["${name}"]`,
  // An object in a bucket as `s3://bucket/key`, or a host.
  outside: (name) => `{{"${name.replace("arn:aws:s3:::", "s3://").replace(/^https?:\/\//, "")}"}}`
}
