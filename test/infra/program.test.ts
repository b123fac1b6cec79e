import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Archive } from "../../engine/Properties.ts"
import type { PulumiProgram } from "../../engine/PulumiProgram.ts"
import { scheduleTarget } from "../../operator/schedule/command.ts"
import { canary, declaredProgram, resourceQueries, sparseSettings } from "./declaredProgram.ts"

const parsed = (json: unknown) => JSON.parse(String(json))

describe("the declared program", () => {
  let program: PulumiProgram
  let resources: ReturnType<typeof resourceQueries>
  beforeAll(async () => {
    program = await declaredProgram()
    resources = resourceQueries(program.resources)
  })

  const functions = () => resources.ofType("aws:lambda/function:Function")
  const mappings = () => resources.ofType("aws:lambda/eventSourceMapping:EventSourceMapping")
  const queueOf = (arn: unknown) => resources.withOutput("arn", arn)
  const consumerOf = ({ inputs }: ReturnType<typeof mappings>[number]) =>
    resources.withOutput("name", inputs["functionName"])

  it("declares one function per stage, on the Node version that the launcher pins", () => {
    assert.sameMembers(
      functions().map(({ name }) => name),
      ["GetMoviesAndSendToQueue", "EnrichAndStoreMovie", "ExportMoviesToCsv", "LoadCsvToDynamoDb", "PublishReport"]
    )
    for (const { inputs } of functions()) {
      assert.strictEqual(inputs["runtime"], "nodejs24.x")
      assert.deepStrictEqual(inputs["architectures"], ["arm64"])
      assert.strictEqual(process.versions.node.split(".")[0], "24")
    }
  })

  it("reports partial batch failures", () => {
    for (const { inputs } of mappings()) {
      assert.deepStrictEqual(inputs["functionResponseTypes"], ["ReportBatchItemFailures"])
    }
  })

  it("declares triggers after the policies that they need", () => {
    for (const mapping of mappings()) {
      assert.include(resources.dependenciesOf(mapping), `${consumerOf(mapping).name}-policy`)
    }
    const schedule = resources.one("aws:scheduler/schedule:Schedule", "daily")
    const notification = resources.one("aws:s3/bucketNotification:BucketNotification", "movies-notification")
    assert.include(resources.dependenciesOf(schedule), "daily-policy")
    assert.include(resources.dependenciesOf(notification), "csv-arrivals-queue-policy")
  })

  it("starts one run per day with the scheduled time, retries for an hour, then uses a dead-letter queue", () => {
    const { inputs } = resources.one("aws:scheduler/schedule:Schedule", "daily")
    assert.strictEqual(inputs["scheduleExpression"], "cron(0 6 * * ? *)")
    assert.strictEqual(inputs["scheduleExpressionTimezone"], "Etc/UTC")
    assert.strictEqual(inputs["state"], "ENABLED")
    const target = parsed(JSON.stringify(inputs["target"]))
    assert.deepStrictEqual(parsed(target.input), { scheduledTime: "<aws.scheduler.scheduled-time>" })
    assert.deepStrictEqual(target.retryPolicy, { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 })
    assert.strictEqual(queueOf(target.deadLetterConfig.arn).name, "daily-dead-letters")
    assert.strictEqual(
      target.arn,
      resources.one("aws:lambda/function:Function", "GetMoviesAndSendToQueue").outputs["arn"]
    )
  })

  it("disables a paused schedule, and the preview warns of it", async () => {
    const { resources, warnings } = await declaredProgram("dev", sparseSettings)
    const { inputs, urn } = resourceQueries(resources).one("aws:scheduler/schedule:Schedule", "daily")
    assert.strictEqual(inputs["state"], "DISABLED")
    // What etl pause deploys: pulumi reports no error where a pattern matches nothing.
    assert.isTrue(urn.endsWith(scheduleTarget.slice(2)), urn)
    const sentence = "imdb-serverless-etl:schedulePaused is true: no run starts until npm run etl -- resume --stack dev"
    assert.include(warnings, sentence)
  })

  it("retries a failed stage 1 twice, then keeps its event", () => {
    const [config] = resources.ofType("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    assert.strictEqual(config?.inputs["maximumRetryAttempts"], 2)
    const { onFailure } = parsed(JSON.stringify(config?.inputs["destinationConfig"]))
    assert.strictEqual(queueOf(onFailure.destination).name, "failed-runs")
  })

  it("gives each function a role of its own", () => {
    const roles = functions().map(({ inputs }) => inputs["role"])
    assert.strictEqual(new Set(roles).size, functions().length)
  })

  it("lets only S3, for this bucket and account, send to the loads queue", () => {
    const policy = resources.one("aws:sqs/queuePolicy:QueuePolicy", "csv-arrivals-queue-policy")
    const [statement] = parsed(policy.inputs["policy"]).Statement
    assert.deepStrictEqual(statement.Principal, { Service: "s3.amazonaws.com" })
    assert.deepStrictEqual(statement.Condition, {
      ArnEquals: { "aws:SourceArn": resources.one("aws:s3/bucket:Bucket", "movies").outputs["arn"] },
      StringEquals: { "aws:SourceAccount": "<account>" }
    })
  })

  it("has the OMDb key only in the secret's value, marked as a Pulumi secret", () => {
    const holders = program.resources.filter(({ inputs, outputs }) =>
      JSON.stringify({ inputs, outputs }).includes(canary)
    )
    assert.deepStrictEqual(
      holders.map(({ type }) => type),
      ["aws:secretsmanager/secretVersion:SecretVersion"]
    )
    assert.deepStrictEqual([...(holders[0]?.secrets ?? [])], ["secretString"])
    assert.notInclude(JSON.stringify(program.outputs), canary)
    for (const { inputs } of functions()) {
      const { files } = inputs["code"] instanceof Archive ? inputs["code"] : new Archive(new Map())
      for (const [, bytes] of files) assert.notInclude(Buffer.from(bytes).toString(), canary)
    }
  })
})
