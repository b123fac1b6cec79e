/** The names of the environment variables: set by the grants in `infra/`, read through Config by the handlers. */
export const variable = {
  moviesBucket: "MOVIES_BUCKET",
  moviesQueue: "MOVIES_QUEUE_URL",
  exportsQueue: "EXPORTS_QUEUE_URL",
  moviesTable: "MOVIES_TABLE",
  datasetTopic: "DATASET_TOPIC_ARN",
  omdbApiKeySecret: "OMDB_API_KEY_SECRET",
  omdbBaseUrl: "OMDB_BASE_URL",
  sourceBucket: "SOURCE_BUCKET",
  sourceKey: "SOURCE_KEY",
  sourceRegion: "SOURCE_REGION",
  scheduleTimeZone: "SCHEDULE_TIME_ZONE",
  stack: "STACK",
  top: "TOP",
  maxReceives: "MAX_RECEIVES"
} as const
