import { everyRun } from "./domain/keys.ts"
import { variable } from "./domain/variables.ts"
import { DailySchedule } from "./infra/DailySchedule.ts"
import { DeadLetterQueue } from "./infra/DeadLetterQueue.ts"
import { isTold, mayConsume, mayDefer, mayDeadLetter, mayPut, mayReadSecret, mayReadSource, maySend } from "./infra/grants.ts"
import { MoviesBucket } from "./infra/MoviesBucket.ts"
import { OmdbApiKey } from "./infra/OmdbApiKey.ts"
import { PipelineFunction } from "./infra/PipelineFunction.ts"
import { QueueTrigger } from "./infra/QueueTrigger.ts"
import { RetriedInvocations } from "./infra/RetriedInvocations.ts"
import { stackConfig } from "./infra/stackConfig.ts"
import { WorkQueue } from "./infra/WorkQueue.ts"

const config = stackConfig()
const { logRetentionDays } = config
const source = { bucket: config.sourceBucket, key: config.sourceKey, region: config.sourceRegion }

// Where the data lies, and the key to OMDb.
const { bucket } = new MoviesBucket("movies", {
  retentionDays: config.dataRetentionDays,
  protectData: config.protectData
})
const { secret } = new OmdbApiKey("omdb-api-key", { value: config.omdbApiKey })
const movies = new WorkQueue("movies", { consumerTimeoutSeconds: 60, maxReceiveCount: 8, retentionDays: 4 })
const exported = new WorkQueue("exports", {
  fifo: true,
  consumerTimeoutSeconds: 60,
  maxReceiveCount: 5,
  retentionDays: 4
})

// 1. Every day: the list's best, one message a movie.
const failedRuns = new DeadLetterQueue("failed-runs", {})
const getMovies = new PipelineFunction("GetMoviesAndSendToQueue", {
  timeoutSeconds: 60,
  memoryMb: 256,
  logRetentionDays,
  grants: [
    mayReadSource(source),
    mayPut(bucket, everyRun.roster),
    maySend(variable.moviesQueue, movies.queue),
    mayDeadLetter(failedRuns.queue),
    isTold({ [variable.top]: `${config.top}` })
  ]
})
new RetriedInvocations("failed-runs", { of: getMovies, deadLetters: failedRuns.queue })
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
    mayConsume(movies), mayDefer(variable.moviesQueue, movies),
    mayReadSecret(secret),
    mayPut(bucket, everyRun.enriched, everyRun.gaps),
    maySend(variable.exportsQueue, exported.queue),
    isTold({ [variable.omdbBaseUrl]: config.omdbBaseUrl })
  ]
})
new QueueTrigger("movies-to-enrich", { queue: movies, consumer: enrich, batchSize: 10, maximumConcurrency: 2 })

export const sourceList = source
export const schedule = daily.schedule.name
export const moviesBucket = bucket.bucket
export const moviesQueue = movies.queue.url
export const exportsQueue = exported.queue.url
export const deadLetterQueues = {
  daily: daily.deadLetters.url,
  failedRuns: failedRuns.queue.url,
  movies: movies.deadLetters.url,
  exports: exported.deadLetters.url
}
export const functions = [getMovies, enrich].map((stage) => stage.function.name)
