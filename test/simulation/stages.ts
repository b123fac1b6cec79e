import type * as Effect from "effect/Effect"
import { handleBatch as enrich } from "../../handlers/EnrichAndStoreMovie.ts"
import { handleBatch as exportCsv } from "../../handlers/ExportMoviesToCsv.ts"
import type { AwaitedMovies } from "../../handlers/export/awaitedMovie.ts"
import { handleEvent as getMovies } from "../../handlers/GetMoviesAndSendToQueue.ts"
import { handleBatch as loadCsv } from "../../handlers/LoadCsvToDynamoDb.ts"
import { invocationHandler } from "../../handlers/lambda/onLambda.ts"
import { handleBatch as publishReport } from "../../handlers/PublishReport.ts"
import type { DynamoDb } from "../../services/DynamoDb.ts"
import type { Metrics } from "../../services/Metrics.ts"
import { Omdb } from "../../services/omdb/Omdb.ts"
import type { ReportStore } from "../../services/ReportStore.ts"
import { RunStore } from "../../services/RunStore.ts"
import type { S3 } from "../../services/S3.ts"
import { Secrets } from "../../services/Secrets.ts"
import type { Sns } from "../../services/Sns.ts"
import type { Sqs } from "../../services/Sqs.ts"

export type StageServices = RunStore | ReportStore | S3 | Sqs | Sns | DynamoDb | Omdb | Metrics | AwaitedMovies

type Run = (
  event: unknown,
  invocation: Parameters<ReturnType<typeof invocationHandler>>[1]
) => Effect.Effect<unknown, Error, StageServices>

const run = {
  GetMoviesAndSendToQueue: invocationHandler(getMovies),
  EnrichAndStoreMovie: invocationHandler(enrich),
  ExportMoviesToCsv: invocationHandler(exportCsv),
  LoadCsvToDynamoDb: invocationHandler(loadCsv),
  PublishReport: invocationHandler(publishReport)
}

export type StageName = keyof typeof run

/** The code under test: each function's handler, the OMDb client and the cache of its key. A mutant changes one of these. */
export interface StageHandlers {
  readonly run: Readonly<Record<StageName, Run>>
  readonly omdb: typeof Omdb.layerNoDeps
  readonly secrets: typeof Secrets.layerFrom
  readonly store: typeof RunStore.layer
}

export const stages: StageHandlers = {
  run,
  omdb: Omdb.layerNoDeps,
  secrets: Secrets.layerFrom,
  store: RunStore.layer
}
