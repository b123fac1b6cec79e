import { assert, beforeAll, describe, it } from "@effect/vitest"
import { evaluate } from "../../local/iam/evaluate.ts"
import { GrantUsage } from "../../local/iam/GrantUsage.ts"
import { identityPolicy, type Policy } from "../../local/iam/policy.ts"
import { account, region } from "../local/iam/testPolicies.ts"
import { declaredProgram, resourceQueries } from "./declaredProgram.ts"

const bucket = "arn:aws:s3:::<bucket movies>"
const of = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`
const table = of("dynamodb", "<table movies>")
const workgroup = of("athena", "<workgroup dataset>")
const catalog = of("glue", "catalog")
const database = of("glue", "<catalogDatabase dataset>")
const tables = of("glue", "table/imdb_serverless_etl_dev/movies")

type Call = readonly [action: string, resources: ReadonlyArray<string>, prefix?: string]
const onKeys = (action: string, ...keys: ReadonlyArray<string>): ReadonlyArray<Call> =>
  keys.map((key) => [`s3:${action}`, [`${bucket}/${key}`]])
const day = "run_date=2026-11-21"

const allowed: ReadonlyArray<Call> = [
  ...onKeys("GetObject", `csv/${day}/movies.csv`, `reports/${day}/index.html`),
  ...["genres", "countries", "decades", "directors", "box_office", "ratings"].flatMap((name) =>
    onKeys("GetObject", `analytics/${name}/${day}/${name}.csv`)
  ),
  ...onKeys("GetObject", "latest/movies.csv", "latest/manifest.json", "latest/index.html"),
  ...["csv/", `csv/${day}/`, "analytics/genres/", "reports/", "latest/", "athena-results/"].map(
    (prefix): Call => ["s3:ListBucket", [bucket], prefix]
  ),
  ["dynamodb:Query", [table]],
  ["dynamodb:Query", [`${table}/index/byRunDate`]],
  ...["StartQueryExecution", "StopQueryExecution", "GetQueryExecution", "GetQueryResults", "GetWorkGroup"].map(
    (action): Call => [`athena:${action}`, [workgroup]]
  ),
  ["athena:GetDataCatalog", [of("athena", "datacatalog/AwsDataCatalog")]],
  ["glue:GetDatabase", [catalog, database]],
  ["glue:GetDatabase", [catalog, of("glue", "database/default")]],
  ...["GetTable", "GetTables", "GetPartitions"].map((action): Call => [`glue:${action}`, [catalog, database, tables]]),
  ["s3:GetBucketLocation", [bucket]],
  ["s3:ListBucketMultipartUploads", [bucket]],
  ...["GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"].flatMap((action) =>
    onKeys(action, "athena-results/1.csv")
  )
]

const refused: ReadonlyArray<Call> = [
  ...onKeys("GetObject", `enriched/${day}/tt0111161.json`, `gaps/${day}/tt0111161.json`, `runs/${day}/manifest.json`),
  ...onKeys("GetObject", `runs/${day}/roster.json`, `reports/${day}/notified.json`, "csv/other.csv", "latest/other"),
  ["s3:GetObject", ["arn:aws:s3:::other/latest/movies.csv"]],
  ...onKeys("PutObject", `csv/${day}/movies.csv`, "latest/movies.csv", `analytics/genres/${day}/genres.csv`),
  ...onKeys("DeleteObject", "athena-results/1.csv", `csv/${day}/movies.csv`),
  ["s3:ListBucket", [bucket]],
  ...["", "enriched/", "gaps/", "runs/", "csv"].map((prefix): Call => ["s3:ListBucket", [bucket], prefix]),
  ...["GetItem", "Scan", "PutItem", "DeleteItem"].map((action): Call => [`dynamodb:${action}`, [table]]),
  ["dynamodb:Query", [of("dynamodb", "table/other")]],
  ["athena:StartQueryExecution", [of("athena", "workgroup/primary")]],
  ["athena:UpdateWorkGroup", [workgroup]],
  ["glue:GetTable", [catalog, of("glue", "database/other"), of("glue", "table/other/movies")]],
  ...["CreateTable", "UpdateTable", "DeleteTable"].map(
    (action): Call => [`glue:${action}`, [catalog, database, tables]]
  ),
  ["secretsmanager:GetSecretValue", [of("secretsmanager", "<secret omdb-api-key>")]],
  ["sns:Publish", [of("sns", "<topic dataset>")]],
  ["sqs:ReceiveMessage", [of("sqs", "<queue movies>")]],
  ["lambda:InvokeFunction", [of("lambda", "<function GetMoviesAndSendToQueue>")]]
]

describe("the policy dataset-reader", () => {
  let policy: Policy
  beforeAll(async () => {
    const { inputs } = resourceQueries((await declaredProgram()).resources).one(
      "aws:iam/policy:Policy",
      "dataset-reader"
    )
    policy = identityPolicy("dataset-reader", String(inputs["policy"]).replaceAll("<account>", account))
  })
  const decisionOn = ([action, resources, prefix]: Call) =>
    evaluate(
      {
        principal: { arn: `arn:aws:iam::${account}:role/analyst` },
        ...{ action, resources, context: prefix === undefined ? {} : { "s3:prefix": prefix } }
      },
      { identity: [policy], resource: [] }
    )

  it("allows to read the dataset in S3, DynamoDB and Athena, and has no grant for anything else", () => {
    const usage = new GrantUsage()
    for (const call of allowed) {
      const decision = decisionOn(call)
      assert.isTrue(decision.allowed, call.join(" "))
      if (decision.allowed) usage.record(decision.allowedBy)
    }
    assert.deepStrictEqual(usage.unused("dataset-reader", policy.statements), [])
  })

  it("refuses other objects, listings, tables, workgroups and databases, and every change of the data", () => {
    for (const call of refused) assert.isFalse(decisionOn(call).allowed, call.join(" "))
  })
})
