import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { dimension, metric, namespace } from "../domain/metrics.ts"
import type { MonitoredStage } from "./PipelineAlarms.ts"
import { regionOf } from "./policyDocument.ts"

export interface DashboardArgs {
  readonly alarms: ReadonlyArray<aws.cloudwatch.MetricAlarm>
  readonly stages: ReadonlyArray<MonitoredStage>
}

/** Two weeks: the alarms, then one row per stage with its throughput, its function and its queues. */
export class Dashboard extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:Dashboard", name, {}, opts)
    const alarms = {
      type: "alarm",
      x: 0,
      y: 0,
      width: 24,
      height: 3,
      properties: { title: "Alarms", alarms: args.alarms.map(({ arn }) => arn) }
    }
    new aws.cloudwatch.Dashboard(
      name,
      {
        // The name is required, so Pulumi does not generate one. It is unique per stack.
        dashboardName: dashboardName(pulumi.getProject(), pulumi.getStack()),
        dashboardBody: pulumi.jsonStringify({
          start: "-P14D",
          periodOverride: "inherit",
          widgets: [alarms, ...args.stages.flatMap((stage, position) => widgetsOf(stage, 3 + position * 7))]
        })
      },
      { parent: this }
    )
    this.registerOutputs({})
  }
}

/** Without the dots that a stack's name can have and CloudWatch refuses. */
export const dashboardName = (project: string, stack: string): string => `${project}-${stack}`.replace(/[^\w-]/g, "-")

const widgetsOf = ({ stage, metrics, queue, deadLetters }: MonitoredStage, y: number) => {
  const queues = [...(queue === undefined ? [] : [queue]), ...Object.values(deadLetters)]
  const region = regionOf(stage.function.arn)
  const graph = (x: number, title: string, period: number, rows: ReadonlyArray<ReadonlyArray<unknown>>) => ({
    type: "metric",
    x,
    y: y + 1,
    width: 8,
    height: 6,
    properties: { title, region, period, stat: "Sum", view: "timeSeries", metrics: rows }
  })
  const ofFunction = (metricName: string, options: Record<string, string> = {}) =>
    ["AWS/Lambda", metricName, "FunctionName", stage.function.name, options] as const
  return [
    { type: "text", x: 0, y, width: 24, height: 1, properties: { markdown: `## ${stage.handler}` } },
    // CloudWatch refuses a graph without metrics.
    ...(metrics.length === 0 ? [] : [graph(0, "Throughput (daily)", day, metrics.map(metricRow))]),
    graph(8, "Function (hourly)", hour, [
      ofFunction("Invocations"),
      ofFunction("Errors"),
      ofFunction("Duration", { stat: "Maximum", yAxis: "right" })
    ]),
    graph(
      16,
      "Queue depth (hourly)",
      hour,
      queues.map(({ name }) => [
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "QueueName",
        name,
        { stat: "Maximum" }
      ])
    )
  ]
}

const day = 86_400
const hour = 3_600

const metricRow = (name: string): ReadonlyArray<unknown> => {
  const stack = pulumi.getStack()
  if (name === metric.movieGaps) {
    // The reasons are not known in advance.
    const schema = `{${namespace},${dimension.reason},${dimension.stack}}`
    const expression = `SEARCH('${schema} MetricName="${name}" ${dimension.stack}="${stack}"', 'Sum', ${day})`
    return [{ expression, label: `${name} \${PROP('Dim.${dimension.reason}')}` }]
  }
  const options = milliseconds.has(name) ? { stat: "p95", yAxis: "right" } : {}
  return [namespace, name, dimension.stack, stack, options]
}

const milliseconds: ReadonlySet<string> = new Set([metric.omdbLatency, metric.publicationDelayMs])
