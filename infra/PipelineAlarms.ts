import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { dimension, metric, namespace } from "../domain/metrics.ts"
import type { AlarmTopic } from "./AlarmTopic.ts"
import { runbookUrl } from "./runbook.ts"

/** A stage with what alarms and dashboard show of it. */
export interface MonitoredStage {
  readonly stage: { readonly handler: string; readonly function: aws.lambda.Function }
  /** The names of its metrics. */
  readonly metrics: ReadonlyArray<string>
  /** The queue that it consumes. */
  readonly queue?: aws.sqs.Queue
  /** Its dead-letter queues, by the name of their source. */
  readonly deadLetters: Readonly<Record<string, aws.sqs.Queue>>
}

export interface PipelineAlarmsArgs {
  readonly topic: AlarmTopic
  readonly repositoryUrl: string
  readonly stages: ReadonlyArray<MonitoredStage>
  /** The longest time between two runs; undefined where the schedule starts one run. */
  readonly hoursBetweenRuns: number | undefined
}

/** The alarms. Each description names the problem and the runbook. */
export class PipelineAlarms extends pulumi.ComponentResource {
  readonly alarms: ReadonlyArray<aws.cloudwatch.MetricAlarm>

  constructor(name: string, args: PipelineAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:PipelineAlarms", name, {}, opts)
    const stack = pulumi.getStack()
    const ofStack = { namespace, dimensions: { [dimension.stack]: stack } }
    const alarm = (id: string, page: string, problem: string, condition: AlarmCondition) =>
      new aws.cloudwatch.MetricAlarm(
        id,
        {
          alarmDescription: `Stack ${stack}: ${problem}. Runbook: ${runbookUrl(args.repositoryUrl, page)}`,
          alarmActions: [args.topic.topic.arn],
          ...condition
        },
        { parent: this }
      )

    /** On a metric of the pipeline. Default: it was counted at all. */
    const onMetric = (id: string, page: string, problem: string, metricName: string, condition?: AlarmCondition) =>
      alarm(id, page, problem, { ...ofStack, metricName, ...(condition ?? { ...onceAbove(0), statistic: "Sum" }) })

    this.alarms = [
      ...args.stages.flatMap(({ deadLetters }) =>
        Object.entries(deadLetters).map(([source, queue]) =>
          alarm(`dead-letters-${source}`, "dead-letters", `the dead-letter queue of ${source} is not empty`, {
            ...onceAbove(0),
            namespace: "AWS/SQS",
            // Not NumberOfMessagesSent, which does not count the messages that SQS itself moves here.
            metricName: "ApproximateNumberOfMessagesVisible",
            dimensions: { QueueName: queue.name },
            statistic: "Maximum"
          })
        )
      ),
      ...args.stages.map(({ stage }) =>
        alarm(`errors-${stage.handler}`, "function-errors", `${stage.handler} failed, timed out or ran out of memory`, {
          ...onceAbove(0),
          namespace: "AWS/Lambda",
          metricName: "Errors",
          dimensions: { FunctionName: stage.function.name },
          statistic: "Sum"
        })
      ),
      ...missingRunHours(args.hoursBetweenRuns).flatMap((hours) => {
        const missing = (id: string, problem: string, metricName: string) =>
          alarm(id, id, problem, {
            ...neverWithin(hours),
            metricQueries: [
              { id: "found", metric: { ...ofStack, metricName, stat: "Sum", period: hour } },
              // Most hours have no run and so no data. For missing data CloudWatch evaluates a longer range, until it
              // finds data, and the alarm would be hours late.
              { id: "hourly", expression: "FILL(found, 0)", label: metricName, returnData: true }
            ]
          })
        return [
          missing("run-not-published", "no run was published since the last scheduled time", metric.runsPublished),
          // Sees what no queue shows: a notification that S3 does not send, a mapping that is disabled.
          missing("rows-not-loaded", "no rows were loaded since the last scheduled time", metric.rowsLoaded)
        ]
      }),
      onMetric(
        "run-incomplete",
        "gaps",
        "a run was published with fewer than half of its movies",
        metric.publishedPercent,
        {
          ...onceBelow(50),
          statistic: "Minimum"
        }
      ),
      onMetric("final-gaps", "gaps", "a movie was given up and recorded as a gap", metric.finalGaps),
      onMetric("omdb-key", "omdb-key", "OMDb rejects the API key", metric.omdbKeyRejections),
      onMetric("omdb-quota", "omdb-quota", "OMDb's daily limit for the API key is reached", metric.omdbQuotaHits)
    ]
    if (missingRunHours(args.hoursBetweenRuns).length === 0) {
      const reason = "CloudWatch evaluates at most seven days, so runs must be at most six days apart"
      void pulumi.log.warn(`The stack has no alarms for a missing run: ${reason}.`, this)
    }
    this.registerOutputs({})
  }
}

type AlarmCondition = Omit<aws.cloudwatch.MetricAlarmArgs, "alarmDescription" | "alarmActions">

const hour = 3_600

// Back to OK without data, so that the next event notifies again.
const onceAbove = (threshold: number) => ({
  comparisonOperator: "GreaterThanThreshold",
  threshold,
  period: 300,
  evaluationPeriods: 1,
  treatMissingData: "notBreaching"
})

const onceBelow = (threshold: number) => ({ ...onceAbove(threshold), comparisonOperator: "LessThanThreshold" })

/** After how many hours a run is missing: an hour to publish and load it, and one for a change of the clocks. */
const missingRunHours = (hoursBetweenRuns = Number.POSITIVE_INFINITY): ReadonlyArray<number> =>
  hoursBetweenRuns > 6 * 24 ? [] : [Math.ceil(hoursBetweenRuns) + 2]

// Hourly periods: with shorter ones CloudWatch evaluates at most one day, with these at most seven.
const neverWithin = (hours: number) => ({
  comparisonOperator: "LessThanThreshold",
  threshold: 1,
  evaluationPeriods: hours,
  datapointsToAlarm: hours,
  treatMissingData: "breaching",
  // A new stack has no missing run before its first day is over.
  warmUpConfiguration: { warmUpPeriodDurationInMinutes: hours * 60, onlyStartEvaluatingAfterWarmUpPeriodEnds: true }
})
