import { keyPattern, latestKey, prefix } from "./domain/keys.ts"
import { stageMetrics } from "./domain/metrics.ts"
import { variable } from "./domain/variables.ts"
import { AlarmTopic } from "./infra/AlarmTopic.ts"
import { AsynchronousInvocation } from "./infra/AsynchronousInvocation.ts"
import { DailySchedule } from "./infra/DailySchedule.ts"
import { Dashboard } from "./infra/Dashboard.ts"
import { DatasetCatalog } from "./infra/DatasetCatalog.ts"
import { DatasetReader } from "./infra/DatasetReader.ts"
import { DatasetTopic } from "./infra/DatasetTopic.ts"
import { DatasetWorkgroup } from "./infra/DatasetWorkgroup.ts"
import { DeadLetterQueue } from "./infra/DeadLetterQueue.ts"
import { datasetQueries } from "./infra/datasetQueries.ts"
import * as grant from "./infra/grants.ts"
import { MonthlyBudget } from "./infra/MonthlyBudget.ts"
import { MoviesBucket } from "./infra/MoviesBucket.ts"
import { MoviesTable } from "./infra/MoviesTable.ts"
import { ObjectCreatedNotification } from "./infra/ObjectCreatedNotification.ts"
import { OmdbApiKey } from "./infra/OmdbApiKey.ts"
import { PipelineAlarms } from "./infra/PipelineAlarms.ts"
import { PipelineFunction } from "./infra/PipelineFunction.ts"
import { QueueStage } from "./infra/QueueStage.ts"
import { stackConfig } from "./infra/stackConfig.ts"
import { WorkQueue } from "./infra/WorkQueue.ts"

const config = stackConfig()
const { logRetentionDays, protectData, repositoryUrl } = config
const source = { bucket: config.sourceBucket, key: config.sourceKey, region: config.sourceRegion }
const defaults = { memoryMb: 256, logRetentionDays }
// 250 movies with every text at its longest have a CSV of 21 MB, and more in memory.
const forWholeRuns = { ...defaults, memoryMb: 512 }

// The data, and the OMDb key.
const { bucket } = new MoviesBucket("movies", { retentionDays: config.dataRetentionDays, protectData })
const { table } = new MoviesTable("movies", { protectData })
const { secret } = new OmdbApiKey("omdb-api-key", { value: config.omdbApiKey })

// The queues between the stages. Eight receives of a movie, with their retry delays, take more than a day.
const movies = new WorkQueue("movies", { consumerTimeoutSeconds: 30, maxReceiveCount: 8, retentionDays: 4 })
const exported = new WorkQueue("exports", {
  fifo: true,
  consumerTimeoutSeconds: 60,
  maxReceiveCount: 5,
  retentionDays: 4
})
const loads = new WorkQueue("loads", { consumerTimeoutSeconds: 60, maxReceiveCount: 5, retentionDays: 4 })
const reports = new WorkQueue("reports", { consumerTimeoutSeconds: 60, maxReceiveCount: 5, retentionDays: 4 })
const failedRuns = new DeadLetterQueue("failed-runs", {})

// 1. Every day: one message for each of the list's top movies.
const getMovies = new PipelineFunction("GetMoviesAndSendToQueue", {
  ...defaults,
  timeoutSeconds: 60,
  grants: [
    grant.mayReadSource(source),
    grant.environment({ [variable.top]: `${config.top}`, [variable.scheduleTimeZone]: config.timeZone }),
    grant.mayPut(bucket, keyPattern.roster),
    grant.maySend(variable.moviesQueue, movies.queue),
    grant.onFailurePath(grant.mayDeliverDeadLetters(failedRuns.queue))
  ]
})
new AsynchronousInvocation("failed-runs", { of: getMovies, deadLetters: failedRuns.queue })
const daily = new DailySchedule("daily", {
  target: getMovies,
  expression: config.schedule,
  timeZone: config.timeZone,
  paused: config.schedulePaused
})

// 2. Each movie: enriched from OMDb, or recorded as a gap.
const enrich = new QueueStage("EnrichAndStoreMovie", {
  ...defaults,
  queue: movies,
  batchSize: 5,
  // Limits the load on OMDb.
  maximumConcurrency: 2,
  grants: [
    grant.onFailurePath(grant.mayDefer(variable.moviesQueue, movies)),
    grant.onFailurePath(grant.maySend(variable.moviesQueue, movies.queue)),
    grant.mayReadSecret(secret),
    grant.environment({ [variable.omdbBaseUrl]: config.omdbBaseUrl }),
    grant.mayFind(bucket),
    grant.mayGet(bucket, keyPattern.enriched),
    grant.mayPut(bucket, keyPattern.enriched),
    grant.onFailurePath(grant.mayGet(bucket, keyPattern.gaps, keyPattern.roster)),
    grant.onFailurePath(grant.mayPut(bucket, keyPattern.gaps)),
    grant.maySend(variable.exportsQueue, exported.queue)
  ]
})

// 3. Once every movie of a run has an object, and at its deadline: the run's CSV and its manifest.
const exportCsv = new QueueStage("ExportMoviesToCsv", {
  ...forWholeRuns,
  queue: exported,
  batchSize: 10,
  grants: [
    grant.mayFind(bucket),
    grant.mayGet(bucket, keyPattern.roster, keyPattern.enriched, keyPattern.manifest),
    grant.onFailurePath(grant.mayGet(bucket, keyPattern.gaps)),
    grant.mayPut(bucket, keyPattern.csv, keyPattern.manifest)
  ]
})

// 4. Each new CSV: the table's rows of that run.
const loadCsv = new QueueStage("LoadCsvToDynamoDb", {
  ...forWholeRuns,
  queue: loads,
  batchSize: 1,
  grants: [grant.mayGet(bucket, keyPattern.csv), grant.mayLoad(table)]
})

// 5. Each new manifest: the run's report and aggregate CSVs, latest/, and a message to the subscribers.
const { topic: dataset } = new DatasetTopic("dataset", { email: config.datasetEmail })
const report = new QueueStage("PublishReport", {
  ...forWholeRuns,
  queue: reports,
  batchSize: 1,
  grants: [
    grant.mayFind(bucket),
    grant.mayGet(bucket, keyPattern.manifest, keyPattern.csv, keyPattern.notified, latestKey.manifest, latestKey.csv),
    grant.onFailurePath(grant.mayGet(bucket, keyPattern.report, keyPattern.roster)),
    grant.mayPut(bucket, keyPattern.report, keyPattern.notified, ...keyPattern.analytics, ...Object.values(latestKey)),
    grant.mayPublish(dataset)
  ]
})

// S3 sends the events that start stages 4 and 5.
new ObjectCreatedNotification("movies-notification", {
  bucket,
  queues: {
    "csv-arrivals": { prefix: prefix.csv, suffix: ".csv", queue: loads.queue },
    "manifest-arrivals": { prefix: prefix.runs, suffix: "/manifest.json", queue: reports.queue }
  }
})

// Ways to the data: SQL in Athena, and a policy for those who read it.
const { database } = new DatasetCatalog("dataset", { bucket })
const { workgroup } = new DatasetWorkgroup("dataset", { bucket })
const reader = new DatasetReader("dataset-reader", { bucket, table, database, workgroup })

// Monitoring.
const topic = new AlarmTopic("alarms", { email: config.alarmEmail })
new MonthlyBudget("monthly-budget", { usd: config.monthlyBudgetUsd, topic, repositoryUrl })
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
  { stage: loadCsv, metrics: stageMetrics.rows, queue: loads.queue, deadLetters: { loads: loads.deadLetters } },
  { stage: report, metrics: [], queue: reports.queue, deadLetters: { reports: reports.deadLetters } }
]
const { alarms } = new PipelineAlarms("alarms", {
  topic,
  repositoryUrl,
  stages,
  hoursBetweenRuns: config.runs.longestIntervalHours
})
new Dashboard("pipeline", { alarms, stages })

// Stack outputs, for the operator and for scripts.
export const sourceList = source
export const omdb = { secret: secret.arn, baseUrl: config.omdbBaseUrl }
export const schedule = daily.schedule.name
export const top = config.top
export const timeZone = config.timeZone
export const schedulePaused = config.schedulePaused
export const moviesBucket = bucket.bucket
export const moviesTable = table.name
export const queues = {
  movies: movies.queue.url,
  exports: exported.queue.url,
  loads: loads.queue.url,
  reports: reports.queue.url
}
export const deadLetterQueues = {
  daily: daily.deadLetters.url,
  failedRuns: failedRuns.queue.url,
  movies: movies.deadLetters.url,
  exports: exported.deadLetters.url,
  loads: loads.deadLetters.url,
  reports: reports.deadLetters.url
}
export { logRetentionDays }
export const logGroups = Object.fromEntries(stages.map(({ stage }) => [stage.handler, stage.logs.name]))
export const functions = Object.fromEntries(stages.map(({ stage }) => [stage.handler, stage.function.name]))
export const datasetTopic = dataset.arn
export const datasetReader = reader.policy.arn
export const athena = datasetQueries(database, workgroup)
export const alarmTopic = topic.topic.arn
