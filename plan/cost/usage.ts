import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { at, isList } from "../displayInputs.ts"
import type { ResourceIndex } from "../resources.ts"
import { assumed, type Operations } from "./assumptions.ts"
import type { PriceName } from "./prices.ts"
import { sum, type Traffic } from "./traffic.ts"

/** Units per month, by price; none where absent. */
export type Usage = Readonly<Partial<Record<PriceName, number>>>

type Resources = ReadonlyArray<RegisteredResource>

export const usageOf = (resources: Resources, traffic: Traffic, index: ResourceIndex): Usage => ({
  ...functionUsage(traffic, index),
  ...queueUsage(resources, traffic, index),
  ...storageUsage(resources, traffic),
  ...monitoringUsage(resources),
  secrets: ofType(resources, "aws:secretsmanager/secret:Secret").length
})

const ofType = (resources: Resources, type: string) => resources.filter((resource) => resource.type === type)

const gigabyte = 1_000_000_000

const functionUsage = ({ functions, firings }: Traffic, { findByOutput }: ResourceIndex): Usage => {
  const all = (operation: keyof Operations) => sum(functions.map(({ count }) => count(operation)))
  const perInvocation = (units: (each: Traffic["functions"][number]) => number) =>
    sum(functions.map((each) => each.count("invocations") * units(each)))
  // Logs without a retention, or in a log group that the stack does not declare, never expire: one year is counted.
  const retentionDays = ({ inputs }: RegisteredResource) =>
    Number(findByOutput(at(inputs["loggingConfig"], "logGroup"))?.inputs["retentionInDays"] ?? 365)
  return {
    schedules: firings,
    lambdaRequests: all("invocations"),
    lambdaArm: perInvocation(({ stage, function: { inputs } }) => {
      return (stage.seconds * Number(inputs["memorySize"] ?? 128)) / 1024
    }),
    s3Writes: all("s3Writes"),
    s3Reads: all("s3Reads"),
    secretReads: all("secretReads"),
    tableReads: all("tableReads"),
    logBytes: perInvocation(() => assumed.logBytes / gigabyte),
    logStorage: perInvocation((each) => {
      return ((assumed.logBytes / gigabyte) * retentionDays(each.function)) / assumed.daysPerMonth
    })
  }
}

const queueUsage = (resources: Resources, { functions }: Traffic, { findByOutput }: ResourceIndex): Usage => {
  const mappings = ofType(resources, "aws:lambda/eventSourceMapping:EventSourceMapping").map(({ inputs }) => {
    const consumer = functions.find((each) => each.function === findByOutput(inputs["functionName"]))
    const pollers = assumed.pollers[inputs["scalingConfig"] === undefined ? "unlimited" : "limited"]
    return {
      isFifo: findByOutput(inputs["eventSourceArn"])?.inputs["fifoQueue"] === true,
      requests:
        pollers * assumed.pollsPerConnection + (consumer?.count("invocations") ?? 0) * assumed.requestsPerMessage
    }
  })
  const requests = (ofFifo: boolean) => sum(mappings.map((each) => (each.isFifo === ofFifo ? each.requests : 0)))
  return { sqsStandard: requests(false), sqsFifo: requests(true) }
}

const storageUsage = (resources: Resources, { functions, runsPerMonth, moviesPerRun }: Traffic): Usage => {
  const bytesPerRun = assumed.bytesPerRun + moviesPerRun * assumed.bytesPerMovie
  const rules = ofType(resources, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").flatMap(
    ({ inputs }) => (isList(inputs["rules"]) ? inputs["rules"] : [])
  )
  const daysKept = Math.max(0, ...rules.map((rule) => Number(at(rule, "expiration", "days") ?? 0))) || 365
  const [table] = ofType(resources, "aws:dynamodb/table:Table")
  const { globalSecondaryIndexes, pointInTimeRecovery: recovery } = table?.inputs ?? {}
  const copies = 1 + (isList(globalSecondaryIndexes) ? globalSecondaryIndexes.length : 0)
  const puts = table === undefined ? 0 : sum(functions.map(({ count }) => count("itemsPut")))
  const yearOfItems = (puts * 12 * assumed.itemBytes) / gigabyte
  return {
    s3Storage: (bytesPerRun * runsPerMonth * daysKept) / assumed.daysPerMonth / gigabyte,
    tableWrites: puts * Math.ceil(assumed.itemBytes / 1024) * copies,
    tableStorage: yearOfItems * copies,
    tableBackup: at(recovery, "enabled") === true ? yearOfItems : 0
  }
}

const monitoringUsage = (resources: Resources): Usage => {
  const alarms = ofType(resources, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs)
  const custom = alarms.filter(({ namespace = "AWS/" }) => !String(namespace).startsWith("AWS/"))
  return {
    // CloudWatch bills an alarm by its metrics; expressions over them are free.
    alarms: sum(
      alarms.map(({ metricQueries: queries }) =>
        isList(queries) ? queries.filter((query) => at(query, "metric") !== undefined).length : 1
      )
    ),
    metrics: new Set(
      custom.map(({ namespace, metricName, dimensions }) => JSON.stringify([namespace, metricName, dimensions]))
    ).size,
    dashboards: ofType(resources, "aws:cloudwatch/dashboard:Dashboard").length
  }
}
