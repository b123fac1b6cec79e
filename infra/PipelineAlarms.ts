import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { dimension, metric, namespace } from "../domain/metrics.ts"
import type { AlarmTopic } from "./AlarmTopic.ts"
import type { PipelineFunction } from "./PipelineFunction.ts"
import { runbookUrl } from "./runbook.ts"

/** A stage as it is watched. */
export interface WatchedStage {
  readonly stage: PipelineFunction
  /** What it tells of its work. */
  readonly metrics: ReadonlyArray<string>
  /** Where its work waits. */
  readonly queue?: aws.sqs.Queue
  /** Where its failures wait, by the name of what failed. */
  readonly deadLetters: Readonly<Record<string, aws.sqs.Queue>>
}

export interface PipelineAlarmsArgs {
  readonly topic: AlarmTopic
  readonly repositoryUrl: string
  readonly stages: ReadonlyArray<WatchedStage>
}

/** What wakes someone up. Each alarm's description says what happened and where to read what to do. */
export class PipelineAlarms extends pulumi.ComponentResource {
  readonly alarms: ReadonlyArray<aws.cloudwatch.MetricAlarm>

  constructor(name: string, args: PipelineAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:PipelineAlarms", name, {}, opts)
    const stack = pulumi.getStack()
    const ofStack = { namespace, dimensions: { [dimension.stack]: stack } }
    const alarm = (of: string, page: string, says: string, watched: Watched) =>
      new aws.cloudwatch.MetricAlarm(
        of,
        {
          alarmDescription: `Stack ${stack}: ${says}. What to do: ${runbookUrl(args.repositoryUrl, page)}`,
          alarmActions: [args.topic.topic.arn],
          ...watched
        },
        { parent: this }
      )

    this.alarms = [
      ...args.stages.flatMap(({ deadLetters }) =>
        Object.entries(deadLetters).map(([of, queue]) =>
          alarm(`dead-letters-${of}`, "dead-letters", `the dead-letter queue of ${of} is not empty`, {
            ...onceAbove(0),
            namespace: "AWS/SQS",
            // Not NumberOfMessagesSent, which knows nothing of messages that SQS itself moves here.
            metricName: "ApproximateNumberOfMessagesVisible",
            dimensions: { QueueName: queue.name },
            statistic: "Maximum"
          })
        )
      ),
      ...args.stages.map(({ stage }) =>
        alarm(`errors-${stage.handler}`, "function-errors", `${stage.handler} failed, ran out of time or of memory`, {
          ...onceAbove(0),
          namespace: "AWS/Lambda",
          metricName: "Errors",
          dimensions: { FunctionName: stage.function.name },
          statistic: "Sum"
        })
      ),
      alarm("no-complete-run", "no-complete-run", "no run has completed for 26 hours", {
        ...neverWithin(26),
        metricQueries: [
          { id: "completed", metric: { ...ofStack, metricName: metric.runsCompleted, stat: "Sum", period: hour } },
          // Most hours have no run, hence no data. For data that is missing CloudWatch looks back further than it is
          // told, until it finds some, and would be hours late.
          { id: "hourly", expression: "FILL(completed, 0)", label: "Completed runs", returnData: true }
        ]
      }),
      alarm("gaps-in-run", "gaps-in-run", "a run was exported with gaps", {
        ...onceAbove(0),
        ...ofStack,
        metricName: metric.runGaps,
        statistic: "Maximum"
      }),
      alarm("omdb-quota", "omdb-quota", "OMDb's daily limit for the API key is used up", {
        ...onceAbove(0),
        ...ofStack,
        metricName: metric.omdbQuotaHits,
        statistic: "Sum"
      })
    ]
    this.registerOutputs({})
  }
}

type Watched = Omit<aws.cloudwatch.MetricAlarmArgs, "alarmDescription" | "alarmActions">

const hour = 3_600

// Back to OK when nothing more comes, so that the next time is told of again.
const onceAbove = (threshold: number) => ({
  comparisonOperator: "GreaterThanThreshold",
  threshold,
  period: 300,
  evaluationPeriods: 1,
  treatMissingData: "notBreaching"
})

// By the hour: CloudWatch looks at no more than a day by shorter periods, and at seven days by these.
const neverWithin = (hours: number) => ({
  comparisonOperator: "LessThanThreshold",
  threshold: 1,
  evaluationPeriods: hours,
  datapointsToAlarm: hours,
  treatMissingData: "breaching",
  // A new stack is not late before its first day is over.
  warmUpConfiguration: { warmUpPeriodDurationInMinutes: hours * 60, onlyStartEvaluatingAfterWarmUpPeriodEnds: true }
})
