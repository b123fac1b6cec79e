import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { isList, isRecord } from "../displayInputs.ts"
import type { ResourceIndex } from "../resources.ts"
import { assumptions, type Operations } from "./assumptions.ts"
import type { PriceName } from "./prices.ts"
import type { FunctionTraffic, Traffic } from "./traffic.ts"

/** How much of each priced thing a month takes; absent is none. */
export type Usage = Readonly<Partial<Record<PriceName, number>>>

const gigabyte = 1_000_000_000
const days = assumptions.month.value
const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, each) => total + each, 0)

type Resources = ReadonlyArray<RegisteredResource>
const ofType = (resources: Resources, type: string) => resources.filter((resource) => resource.type === type)

const functionUsage = ({ functions, firings }: Traffic, { findByOutput: named }: ResourceIndex): Usage => {
  const all = (work: keyof Operations) => sum(functions.map(({ count }) => count(work)))
  const seconds = (architecture: string) =>
    sum(
      functions
        .filter(({ function: { inputs } }) => `${inputs["architectures"] ?? "x86_64"}` === architecture)
        .map(({ function: { inputs }, stage, count }) => {
          return (count("invocations") * stage.seconds * Number(inputs["memorySize"] ?? 128)) / 1024
        })
    )
  const logBytes = ({ count }: FunctionTraffic) => count("invocations") * assumptions.logBytes.value
  // Without a retention, or a group of the stack's own, a log is kept for ever: a year's worth is counted.
  const retention = ({ function: { inputs } }: FunctionTraffic) => {
    const { loggingConfig } = inputs
    const group = isRecord(loggingConfig) ? named(loggingConfig["logGroup"]) : undefined
    return Number(group?.inputs["retentionInDays"] ?? 365)
  }
  return {
    schedules: firings,
    lambdaRequests: all("invocations"),
    lambdaArm: seconds("arm64"),
    lambdaX86: seconds("x86_64"),
    s3Writes: all("s3Writes"),
    s3Reads: all("s3Reads"),
    secretReads: all("secretReads"),
    tableReads: all("tableReads"),
    logBytes: sum(functions.map(logBytes)) / gigabyte,
    logStorage: sum(functions.map((each) => (logBytes(each) * retention(each)) / days)) / gigabyte
  }
}

const queueUsage = (resources: Resources, { functions }: Traffic, { findByOutput: named }: ResourceIndex): Usage => {
  const { connections, seconds } = assumptions.idlePolls.value
  const requests = (fifo: boolean) =>
    sum(
      ofType(resources, "aws:lambda/eventSourceMapping:EventSourceMapping")
        .filter(({ inputs }) => (named(inputs["eventSourceArn"])?.inputs["fifoQueue"] === true) === fifo)
        .map(({ inputs }) => {
          const consumer = functions.find((each) => each.function === named(inputs["functionName"]))
          const messages = consumer?.count("invocations") ?? 0
          return (connections * 86_400 * days) / seconds + messages * assumptions.requestsPerMessage.value
        })
    )
  return { sqsStandard: requests(false), sqsFifo: requests(true) }
}

const expiryDays = (resources: Resources): number => {
  const rules = ofType(resources, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").flatMap(
    ({ inputs }) => (isList(inputs["rules"]) ? inputs["rules"] : [])
  )
  const ends = rules.flatMap((rule) => {
    const expiration = isRecord(rule) ? rule["expiration"] : undefined
    return isRecord(expiration) ? [Number(expiration["days"])] : []
  })
  return ends.length === 0 ? 365 : Math.max(...ends)
}

const storageUsage = (resources: Resources, { functions, runsPerMonth, moviesPerRun }: Traffic): Usage => {
  const { perRun, perMovie } = assumptions.objectBytes.value
  const stored = ofType(resources, "aws:s3/bucket:Bucket").length === 0 ? 0 : perRun + moviesPerRun * perMovie
  const [table] = ofType(resources, "aws:dynamodb/table:Table")
  const puts = table === undefined ? 0 : sum(functions.map(({ count }) => count("itemsPut")))
  const indexes = isList(table?.inputs["globalSecondaryIndexes"]) ? table.inputs["globalSecondaryIndexes"].length : 0
  const recovery = table?.inputs["pointInTimeRecovery"]
  const itemBytes = assumptions.itemBytes.value
  const yearOfItems = (puts * 12 * itemBytes) / gigabyte
  return {
    s3Storage: (stored * runsPerMonth * expiryDays(resources)) / days / gigabyte,
    tableWrites: puts * Math.ceil(itemBytes / 1024) * (1 + indexes),
    tableStorage: yearOfItems * (1 + indexes),
    tableBackup: isRecord(recovery) && recovery["enabled"] === true ? yearOfItems : 0
  }
}

// CloudWatch bills an alarm by the metrics it looks at; what it only computes of them is free.
const metricsOf = (queries: unknown): number =>
  isList(queries) ? queries.filter((query) => isRecord(query) && query["metric"] !== undefined).length : 1

const signalUsage = (resources: Resources): Usage => {
  const alarms = ofType(resources, "aws:cloudwatch/metricAlarm:MetricAlarm")
  const own = alarms.filter(({ inputs }) => !/^(AWS\/|undefined$)/.test(String(inputs["namespace"])))
  const names = own.map(({ inputs }) =>
    JSON.stringify([inputs["namespace"], inputs["metricName"], inputs["dimensions"]])
  )
  return {
    alarms: sum(alarms.map(({ inputs }) => metricsOf(inputs["metricQueries"]))),
    metrics: new Set(names).size,
    dashboards: ofType(resources, "aws:cloudwatch/dashboard:Dashboard").length,
    secrets: ofType(resources, "aws:secretsmanager/secret:Secret").length
  }
}

export const usageOf = (resources: Resources, traffic: Traffic, nouns: ResourceIndex): Usage => ({
  ...functionUsage(traffic, nouns),
  ...queueUsage(resources, traffic, nouns),
  ...storageUsage(resources, traffic),
  ...signalUsage(resources)
})
