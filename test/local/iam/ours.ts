import { account, arn, type Declared, document } from "./policies.ts"

// As index.ts declares them, with names such as the local cloud gives.

const bucket = arn.bucket("movies-1a2b3c4")
const logs = (group: string): Declared => ({
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: [arn.log(group, "*")]
})
const allow = (Action: string, ...Resource: ReadonlyArray<string>): Declared => ({
  Effect: "Allow",
  Action: [Action],
  Resource
})

export const names = {
  bucket: "movies-1a2b3c4",
  getMovies: "GetMoviesAndSendToQueue-role",
  enrich: "EnrichAndStoreMovie-role",
  load: "LoadCsvToDynamoDb-role",
  daily: "daily-role"
} as const

export const secret = `arn:aws:secretsmanager:eu-central-1:${account}:secret:omdb-api-key-1a2b3c4-AbCdEf`

const assumableBy = (service: string, Condition?: Declared) =>
  document({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(Condition !== undefined && { Condition })
  })

export const trust = {
  lambda: assumableBy("lambda.amazonaws.com"),
  scheduler: assumableBy("scheduler.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } }),
  schedulerOfTheGroup: assumableBy("scheduler.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": account },
    ArnEquals: { "aws:SourceArn": `arn:aws:scheduler:eu-central-1:${account}:schedule-group/default` }
  })
}

export const getMovies = document(
  allow("s3:GetObject", "arn:aws:s3:::top-movies/Top250Movies.json"),
  allow("s3:PutObject", `${bucket}/runs/run_date=*/roster.json`),
  allow("sqs:SendMessage", arn.queue("movies")),
  { ...allow("sqs:SendMessage", arn.queue("failed-runs")), Sid: "WhenFailing1" },
  logs("GetMoviesAndSendToQueue-logs")
)

export const enrich = document(
  {
    Effect: "Allow",
    Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    Resource: [arn.queue("movies")]
  },
  { ...allow("sqs:ChangeMessageVisibility", arn.queue("movies")), Sid: "WhenFailing1" },
  allow("secretsmanager:GetSecretValue", secret),
  allow("s3:PutObject", `${bucket}/enriched/run_date=*/*.json`),
  { ...allow("s3:PutObject", `${bucket}/gaps/run_date=*/*.json`), Sid: "WhenFailing2" },
  { ...allow("s3:ListBucket", bucket), Condition: { StringLike: { "s3:prefix": ["enriched/*", "gaps/*"] } } },
  logs("EnrichAndStoreMovie-logs")
)

export const load = document({
  Effect: "Allow",
  Action: ["dynamodb:PutItem", "dynamodb:DeleteItem"],
  Resource: [arn.table("movies")]
})

export const daily = document(
  allow("lambda:InvokeFunction", arn.function("GetMoviesAndSendToQueue")),
  allow("sqs:SendMessage", arn.queue("daily-dead-letters"))
)

export const tlsOnly = document({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucket, `${bucket}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } }
})

export const bucketMaySend = document({
  Sid: "BucketMaySend",
  Effect: "Allow",
  Principal: { Service: "s3.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: arn.queue("loads"),
  Condition: { ArnEquals: { "aws:SourceArn": bucket }, StringEquals: { "aws:SourceAccount": account } }
})
