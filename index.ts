import { keyPattern, prefix } from "./domain/keys.ts"
import { stageMetrics } from "./domain/metrics.ts"
import { variable } from "./domain/variables.ts"
import { AlarmTopic } from "./infra/AlarmTopic.ts"
import { AsynchronousInvocation } from "./infra/AsynchronousInvocation.ts"
import { DailySchedule } from "./infra/DailySchedule.ts"
import { Dashboard } from "./infra/Dashboard.ts"
import { DeadLetterQueue } from "./infra/DeadLetterQueue.ts"
import * as grant from "./infra/grants.ts"
import { MonthlyBudget } from "./infra/MonthlyBudget.ts"
import { MoviesBucket } from "./infra/MoviesBucket.ts"
import { MoviesTable } from "./infra/MoviesTable.ts"
import { ObjectCreatedNotification } from "./infra/ObjectCreatedNotification.ts"
import { OmdbApiKey } from "./infra/OmdbApiKey.ts"
import { PipelineAlarms } from "./infra/PipelineAlarms.ts"
import { PipelineFunction } from "./infra/PipelineFunction.ts"
import { QueueTrigger } from "./infra/QueueTrigger.ts"
import { stackConfig } from "./infra/stackConfig.ts"
import { WorkQueue } from "./infra/WorkQueue.ts"

const config = stackConfig()
const { logRetentionDays, protectData, repositoryUrl } = config
const source = { bucket: config.sourceBucket, key: config.sourceKey, region: config.sourceRegion }

// Where the data lies, and the key to OMDb.
const { bucket } = new MoviesBucket("movies", { retentionDays: config.dataRetentionDays, protectData })
const { table } = new MoviesTable("movies", { protectData })
const { secret } = new OmdbApiKey("omdb-api-key", { value: config.omdbApiKey })

// What the stages hand on to each other. Eight receives of a movie, with their waits, cover more than a day.
const movies = new WorkQueue("movies", { consumerTimeoutSeconds: 60, maxReceiveCount: 8, retentionDays: 4 })
const exported = new WorkQueue("exports", {
  fifo: true,
  consumerTimeoutSeconds: 60,
  maxReceiveCount: 5,
  retentionDays: 4
})
const loads = new WorkQueue("loads", { consumerTimeoutSeconds: 60, maxReceiveCount: 5, retentionDays: 4 })
const failedRuns = new DeadLetterQueue("failed-runs", {})

// 1. Every day: the list's best, one message a movie.
const getMovies = new PipelineFunction("GetMoviesAndSendToQueue", {
  timeoutSeconds: 60,
  memoryMb: 256,
  logRetentionDays,
  grants: [
    grant.mayReadSource(source),
    grant.stackName(),
    grant.environment({ [variable.top]: `${config.top}` }),
    grant.mayPut(bucket, keyPattern.roster),
    grant.maySend(variable.moviesQueue, movies.queue),
    grant.onFailurePath(grant.mayDeliverDeadLetters(failedRuns.queue))
  ]
})
new AsynchronousInvocation("failed-runs", { of: getMovies, deadLetters: failedRuns.queue })
const daily = new DailySchedule("daily", {
  target: getMovies,
  expression: config.schedule,
  timeZone: config.timeZone
})

// 2. Each movie: enriched from OMDb, or a gap.
const enrich = new PipelineFunction("EnrichAndStoreMovie", {
  timeoutSeconds: movies.consumerTimeoutSeconds,
  memoryMb: 256,
  logRetentionDays,
  grants: [
    grant.mayConsume(movies),
    grant.onFailurePath(grant.mayDefer(variable.moviesQueue, movies)),
    grant.mayReadSecret(secret),
    grant.stackName(),
    grant.environment({ [variable.omdbBaseUrl]: config.omdbBaseUrl }),
    grant.mayPut(bucket, keyPattern.enriched),
    grant.onFailurePath(grant.mayPut(bucket, keyPattern.gaps)),
    grant.maySend(variable.exportsQueue, exported.queue)
  ]
})
new QueueTrigger("movies-to-enrich", { queue: movies, consumer: enrich, batchSize: 10, maximumConcurrency: 2 })

// 3. Once every movie has its end: the day's CSV and its manifest.
const exportCsv = new PipelineFunction("ExportMoviesToCsv", {
  timeoutSeconds: exported.consumerTimeoutSeconds,
  memoryMb: 256,
  logRetentionDays,
  grants: [
    grant.mayConsume(exported),
    grant.stackName(),
    grant.mayList(bucket, `${prefix.runs}*`, `${prefix.enriched}*`, `${prefix.gaps}*`),
    grant.mayGet(bucket, keyPattern.roster, keyPattern.enriched),
    grant.onFailurePath(grant.mayGet(bucket, keyPattern.gaps, keyPattern.manifest)),
    grant.mayPut(bucket, keyPattern.csv, keyPattern.manifest)
  ]
})
new QueueTrigger("exports-to-csv", { queue: exported, consumer: exportCsv, batchSize: 10, maximumConcurrency: 2 })

// 4. Each CSV that arrives: the table's rows of that day.
const loadCsv = new PipelineFunction("LoadCsvToDynamoDb", {
  timeoutSeconds: loads.consumerTimeoutSeconds,
  memoryMb: 256,
  logRetentionDays,
  grants: [grant.mayConsume(loads), grant.stackName(), grant.mayGet(bucket, `${prefix.csv}*`), grant.mayLoad(table)]
})
new ObjectCreatedNotification("csv-arrivals", { bucket, prefix: prefix.csv, suffix: ".csv", queue: loads.queue })
new QueueTrigger("loads-to-table", { queue: loads, consumer: loadCsv, batchSize: 1, maximumConcurrency: 2 })

// What wakes someone up, and where they look first.
const onCall = new AlarmTopic("alarms", { email: config.alarmEmail })
new MonthlyBudget("monthly-budget", { usd: config.monthlyBudgetUsd, topic: onCall, repositoryUrl })
const stages = [
  {
    stage: getMovies,
    metrics: stageMetrics.list,
    deadLetters: { daily: daily.deadLetters, failedRuns: failedRuns.queue }
  },
  { stage: enrich, metrics: stageMetrics.movies, queue: movies.queue, deadLetters: { movies: movies.deadLetters } },
  {
    stage: exportCsv,
    metrics: stageMetrics.runs,
    queue: exported.queue,
    deadLetters: { exports: exported.deadLetters }
  },
  { stage: loadCsv, metrics: stageMetrics.rows, queue: loads.queue, deadLetters: { loads: loads.deadLetters } }
]
const { alarms } = new PipelineAlarms("alarms", { topic: onCall, repositoryUrl, stages })
new Dashboard("pipeline", { alarms, stages })

// What an operator needs to find things.
export const sourceList = source
export const schedule = daily.schedule.name
export const moviesBucket = bucket.bucket
export const moviesTable = table.name
export const queues = {
  movies: movies.queue.url,
  exports: exported.queue.url,
  loads: loads.queue.url
}
export const deadLetterQueues = {
  daily: daily.deadLetters.url,
  failedRuns: failedRuns.queue.url,
  movies: movies.deadLetters.url,
  exports: exported.deadLetters.url,
  loads: loads.deadLetters.url
}
export const functions = stages.map(({ stage }) => stage.function.name)
export const alarmTopic = onCall.topic.arn
