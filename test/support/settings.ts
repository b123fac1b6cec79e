import * as ConfigProvider from "effect/ConfigProvider"
import { variable } from "../../domain/variables.ts"

export const sourceBucket = "top-movies"
export const sourceKey = "Top250Movies.json"
export const moviesBucket = "movies-bucket"
export const moviesTable = "movies-table"
export const datasetTopic = "arn:aws:sns:eu-central-1:000000000000:dataset"
export const secretId = "the-secret"
const queueUrl = (name: string) => `https://sqs.eu-central-1.amazonaws.com/000000000000/${name}`

/** The variables that the grants set for the functions, some replaced, or left out where undefined. */
export const settings = (replaced: Record<string, string | undefined> = {}) =>
  ConfigProvider.layer(
    ConfigProvider.fromEnvRecord({
      [variable.moviesBucket]: moviesBucket,
      [variable.moviesQueue]: queueUrl("movies"),
      [variable.exportsQueue]: queueUrl("exports.fifo"),
      [variable.moviesTable]: moviesTable,
      [variable.datasetTopic]: datasetTopic,
      [variable.omdbApiKeySecret]: secretId,
      [variable.omdbBaseUrl]: "https://omdb.example",
      [variable.sourceBucket]: sourceBucket,
      [variable.sourceKey]: sourceKey,
      [variable.sourceRegion]: "eu-central-1",
      [variable.stack]: "test",
      [variable.scheduleTimeZone]: "Europe/Berlin",
      [variable.top]: "10",
      [variable.maxReceives]: "8",
      ...replaced
    })
  )
