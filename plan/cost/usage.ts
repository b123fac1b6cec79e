import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { at, isList } from "../displayInputs.ts"
import type { ResourceIndex } from "../resources.ts"
import { assumptions, type Operations } from "./assumptions.ts"
import type { PriceName } from "./prices.ts"
import { type FunctionTraffic, sum, type Traffic } from "./traffic.ts"

/** Units per month, by price; none where absent. */
export type Usage = Readonly<Partial<Record<PriceName, number>>>

export const usageOf = (resources: Resources, traffic: Traffic, index: ResourceIndex): Usage => ({
  ...functionUsage(traffic, index),
  ...queueUsage(resources, traffic, index),
  ...storageUsage(resources, traffic),
  ...monitoringUsage(resources),
  secrets: ofType(resources, "aws:secretsmanager/secret:Secret").length
})

type Resources = ReadonlyArray<RegisteredResource>

const ofType = (resources: Resources, type: string) => resources.filter((resource) => resource.type === type)

const gigabyte = 1_000_000_000
const days = assumptions.daysPerMonth.value

const functionUsage = ({ functions, firings }: Traffic, { findByOutput }: ResourceIndex): Usage => {
  const all = (operation: keyof Operations) => sum(functions.map(({ count }) => count(operation)))
  const gbSeconds = (architecture: string) =>
    sum(
      functions
        .filter(({ function: { inputs } }) => `${inputs["architectures"] ?? "x86_64"}` === architecture)
        .map(({ function: { inputs }, stage, count }) => {
          return (count("invocations") * stage.seconds * Number(inputs["memorySize"] ?? 128)) / 1024
        })
    )
  const logBytes = ({ count }: FunctionTraffic) => count("invocations") * assumptions.logBytes.value
  // Logs without a retention, or in a log group that the stack does not declare, never expire: one year is counted.
  const retentionDays = ({ function: { inputs } }: FunctionTraffic) => {
    const group = findByOutput(at(inputs["loggingConfig"], "logGroup"))
    return Number(group?.inputs["retentionInDays"] ?? 365)
  }
  return {
    schedules: firings,
    lambdaRequests: all("invocations"),
    lambdaArm: gbSeconds("arm64"),
    lambdaX86: gbSeconds("x86_64"),
    s3Writes: all("s3Writes"),
    s3Reads: all("s3Reads"),
    secretReads: all("secretReads"),
    tableReads: all("tableReads"),
    logBytes: sum(functions.map(logBytes)) / gigabyte,
    logStorage: sum(functions.map((each) => (logBytes(each) * retentionDays(each)) / days)) / gigabyte
  }
}

const queueUsage = (resources: Resources, { functions }: Traffic, { findByOutput }: ResourceIndex): Usage => {
  const { connections, seconds } = assumptions.idlePolls.value
  const requests = (isFifo: boolean) =>
    sum(
      ofType(resources, "aws:lambda/eventSourceMapping:EventSourceMapping")
        .filter(({ inputs }) => (findByOutput(inputs["eventSourceArn"])?.inputs["fifoQueue"] === true) === isFifo)
        .map(({ inputs }) => {
          const consumer = functions.find((each) => each.function === findByOutput(inputs["functionName"]))
          const messages = consumer?.count("invocations") ?? 0
          return (connections * 86_400 * days) / seconds + messages * assumptions.requestsPerMessage.value
        })
    )
  return { sqsStandard: requests(false), sqsFifo: requests(true) }
}

const storageUsage = (resources: Resources, { functions, runsPerMonth, moviesPerRun }: Traffic): Usage => {
  const { perRun, perMovie } = assumptions.objectBytes.value
  const hasBucket = ofType(resources, "aws:s3/bucket:Bucket").length > 0
  const bytesPerRun = hasBucket ? perRun + moviesPerRun * perMovie : 0
  const [table] = ofType(resources, "aws:dynamodb/table:Table")
  const { globalSecondaryIndexes, pointInTimeRecovery: recovery } = table?.inputs ?? {}
  const copies = 1 + (isList(globalSecondaryIndexes) ? globalSecondaryIndexes.length : 0)
  const puts = table === undefined ? 0 : sum(functions.map(({ count }) => count("itemsPut")))
  const itemBytes = assumptions.itemBytes.value
  const yearOfItems = (puts * 12 * itemBytes) / gigabyte
  return {
    s3Storage: (bytesPerRun * runsPerMonth * expiryDays(resources)) / days / gigabyte,
    tableWrites: puts * Math.ceil(itemBytes / 1024) * copies,
    tableStorage: yearOfItems * copies,
    tableBackup: at(recovery, "enabled") === true ? yearOfItems : 0
  }
}

/** The longest of the lifecycle rules; one year without a rule. */
const expiryDays = (resources: Resources): number => {
  const rules = ofType(resources, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").flatMap(
    ({ inputs }) => (isList(inputs["rules"]) ? inputs["rules"] : [])
  )
  const expiries = rules.map((rule) => at(rule, "expiration", "days")).filter((days) => days !== undefined)
  return expiries.length === 0 ? 365 : Math.max(...expiries.map(Number))
}

const monitoringUsage = (resources: Resources): Usage => {
  const alarms = ofType(resources, "aws:cloudwatch/metricAlarm:MetricAlarm")
  const custom = alarms.filter(({ inputs }) => !/^(AWS\/|undefined$)/.test(String(inputs["namespace"])))
  const metrics = custom.map(({ inputs }) =>
    JSON.stringify([inputs["namespace"], inputs["metricName"], inputs["dimensions"]])
  )
  return {
    alarms: sum(alarms.map(({ inputs }) => alarmMetrics(inputs["metricQueries"]))),
    metrics: new Set(metrics).size,
    dashboards: ofType(resources, "aws:cloudwatch/dashboard:Dashboard").length
  }
}

/** CloudWatch bills an alarm by its metrics; expressions over them are free. */
const alarmMetrics = (queries: unknown): number =>
  isList(queries) ? queries.filter((query) => at(query, "metric") !== undefined).length : 1
