import * as ConfigProvider from "effect/ConfigProvider"
import { variable } from "../../domain/variables.ts"

export const moviesBucket = "movies-bucket"
export const moviesQueue = "http://queues/movies"
export const exportsQueue = "http://queues/exports.fifo"

/** The variables as the grants would set them; give others to change some, undefined to leave one out. */
export const settings = (others: Record<string, string | undefined> = {}) =>
  ConfigProvider.layer(
    ConfigProvider.fromEnvRecord({
      [variable.moviesBucket]: moviesBucket,
      [variable.moviesQueue]: moviesQueue,
      [variable.exportsQueue]: exportsQueue,
      [variable.omdbApiKeySecret]: "the-secret",
      [variable.omdbBaseUrl]: "https://omdb.example",
      [variable.sourceBucket]: "top-movies",
      [variable.sourceKey]: "Top250Movies.json",
      [variable.sourceRegion]: "eu-central-1",
      [variable.stack]: "test",
      [variable.top]: "10",
      [variable.maxReceives]: "8",
      ...others
    })
  )
