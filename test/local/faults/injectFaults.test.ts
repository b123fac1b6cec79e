import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { ImdbId } from "../../../domain/ImdbId.ts"
import type { Fault, FaultAt } from "../../../local/faults/FaultSchedule.ts"
import { injectFaults } from "../../../local/faults/injectFaults.ts"
import type { LocalStack } from "../../../local/LocalStack.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { runStart } from "../run/runStart.ts"
import { useSharedStack } from "../sharedStack.ts"

const fifth = ImdbId.make("tt0050083")

/** Clients with a function's credentials and without retries. */
const clientsOf = ({ cloud, names, program }: LocalStack, logical: string) => {
  const found = program.resources.find(({ type, name }) => type.startsWith("aws:lambda/function:") && name === logical)
  const config = {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.credentialsFor(String(found?.inputs["role"])),
    maxAttempts: 1
  }
  const clients = {
    s3: new S3Client(config),
    sqs: new SQSClient(config),
    dynamoDb: new DynamoDBClient(config),
    secretsManager: new SecretsManagerClient(config)
  }
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy()
  })
  const Bucket = names.buckets[0]?.physical
  const put = (Key: string) => clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: "{}" }))
  return { ...clients, Bucket, put }
}

const errorOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "none",
    (error: unknown) => (error instanceof Error ? ("code" in error ? String(error.code) : error.name) : String(error))
  )

const enrich = "EnrichAndStoreMovie"
const puts = { at: "s3", operation: "PutObject" } as const
const key = (id: string) => `enriched/run_date=2025-01-01/${id}.json`
const list = { Bucket: "top-movies", Key: "Top250Movies.json" }

describe("injected faults", () => {
  const { current } = useSharedStack()

  it("refuse calls with each service's own throttling error", async () => {
    const { stack, applyFaults } = current()
    const { put, sqs, secretsManager } = clientsOf(stack, enrich)
    const { dynamoDb } = clientsOf(stack, "LoadCsvToDynamoDb")
    const what = { kind: "throttle" } as const
    applyFaults(
      { ...puts, what },
      { at: "sqs", operation: "SendMessageBatch", what },
      { at: "dynamodb", operation: "PutItem", what },
      { at: "secretsmanager", operation: "GetSecretValue", what }
    )
    const QueueUrl = stack.names.queues.find(({ logical }) => logical === "exports")?.url
    const Entries = [{ Id: "a", MessageBody: "a", MessageGroupId: "a", MessageDeduplicationId: "a" }]
    const secret = stack.program.resources.find(({ type }) => type === "aws:secretsmanager/secret:Secret")
    const Item = { imdbId: { S: fifth }, runDate: { S: "2025-01-01" } }
    assert.deepStrictEqual(
      [
        await errorOf(put(key(fifth))),
        await errorOf(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))),
        await errorOf(dynamoDb.send(new PutItemCommand({ TableName: stack.names.tables[0]?.physical, Item }))),
        await errorOf(secretsManager.send(new GetSecretValueCommand({ SecretId: String(secret?.outputs["arn"]) })))
      ],
      ["SlowDown", "RequestThrottled", "ProvisionedThroughputExceededException", "ThrottlingException"]
    )
  })

  it("happen once by default, or `times` times after `skip` calls, and report those that did not happen", async () => {
    const { stack, applyFaults, unmetFaults } = current()
    const { put } = clientsOf(stack, enrich)
    const what = { kind: "fail", status: 400, code: "First" } as const
    applyFaults(
      { ...puts, what },
      { ...puts, skip: 1, times: 2, what: { ...what, code: "Second" } },
      { ...puts, key: "csv/", what }
    )
    const errors: Array<string> = []
    for (let call = 0; call < 6; call++) errors.push(await errorOf(put(key(fifth))))
    assert.deepStrictEqual(errors, ["First", "none", "Second", "Second", "none", "none"])
    assert.deepStrictEqual(unmetFaults(), ["Fault 3 did not happen: s3 PutObject of csv/: fail."])
  })

  it.each<[Partial<FaultAt<"s3">>, ReadonlyArray<string>]>([
    [{ imdbId: fifth }, ["Odd", "none", "none"]],
    [{ key: "enriched/" }, ["Odd", "Odd", "none"]],
    [{ function: "ExportMoviesToCsv" }, ["none", "none", "none"]],
    [{ function: enrich }, ["Odd", "Odd", "Odd"]]
  ])("apply to the calls that match %j, and never to the administrator's", async (selector, errors) => {
    const { stack, applyFaults } = current()
    const { put, Bucket } = clientsOf(stack, enrich)
    applyFaults({ ...puts, times: "always", what: { kind: "fail", status: 400, code: "Odd" }, ...selector })
    const keys = [key(fifth), key("tt0111161"), "gaps/run_date=2025-01-01/tt1.json"]
    assert.deepStrictEqual(await Promise.all(keys.map((each) => errorOf(put(each)))), errors)
    await stack.cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key: key(fifth), Body: "{}" }))
  })

  it("reset the connection before a call has an effect, or after it, or delay the call", async () => {
    const { stack, applyFaults, objects } = current()
    const { put } = clientsOf(stack, enrich)
    applyFaults(
      { ...puts, what: { kind: "reset" } },
      { ...puts, what: { kind: "answerLost" } },
      { ...puts, what: { kind: "delay", delayMs: 150 } }
    )
    assert.strictEqual(await errorOf(put(key("tt0000001"))), "ECONNRESET")
    const from = performance.now()
    assert.strictEqual(await errorOf(put(key("tt0000002"))), "ECONNRESET")
    assert.isAbove(performance.now() - from, 145)
    assert.deepStrictEqual([...(await objects("enriched/run_date=2025-01-01/tt000")).keys()], [key("tt0000002")])
  })

  it("change a single message without the sender noticing", async () => {
    const { stack, applyFaults } = current()
    const { sqs } = clientsOf(stack, "GetMoviesAndSendToQueue")
    const QueueUrl = stack.names.queues.find(({ logical }) => logical === "failed-runs")?.url
    applyFaults({ at: "delivery", queue: "failed-runs", what: { kind: "replace", find: "é", with: "e" } })
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "Léon" }))
    const { Messages = [] } = await stack.cloud.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    assert.deepStrictEqual(
      Messages.map((message) => [message.MessageId, message.Body]),
      [[MessageId, "Leon"]]
    )
  })

  it("refuse a read of the source list or change its line ends, and leave the object as it is", async () => {
    const { stack, applyFaults } = current()
    const { s3 } = clientsOf(stack, "GetMoviesAndSendToQueue")
    const read = async () => (await s3.send(new GetObjectCommand(list))).Body?.transformToString()
    applyFaults({ at: "list", what: { kind: "forbidden" } }, { at: "list", what: { kind: "crlf" } })
    assert.strictEqual(await errorOf(read()), "AccessDenied")
    assert.include(await read(), "\r\n")
    assert.notInclude(await read(), "\r\n")
  })

  it.each<[Fault, string]>([
    [
      { ...puts, function: "Enrich", what: { kind: "reset" } },
      'names the function "Enrich", but the program has Enrich'
    ],
    [{ at: "delivery", queue: "films", what: { kind: "duplicate" } }, 'names the queue "films", but the program has '],
    [
      { at: "delivery", queue: "exports", what: { kind: "delay", seconds: 1 } },
      "delays single messages of exports, a FIFO queue, which SQS cannot"
    ],
    [{ at: "omdb", what: { kind: "quota" } }, "is at omdb, but --omdb-url names another than the stand-in"]
  ])("are refused when they are impossible: %j", (fault, clause) => {
    const schedule = { description: "a test", faults: [{ ...puts, what: { kind: "reset" } }, fault] } as const
    assert.throws(() => injectFaults(current().stack, schedule), `Fault 2 of --faults ${clause}`)
  })
})

it("npm start -- --faults injects the faults of a file and lists those that did not happen", async () => {
  const file = join(await temporaryDirectory(), "faults.json")
  const faults = [
    { at: "omdb", imdbId: "tt0111161", times: "always", what: { kind: "unknownMovie" } },
    { at: "s3", operation: "PutObject", key: "nowhere/", what: { kind: "throttle" } }
  ]
  await writeFile(file, JSON.stringify({ description: "a test", faults }))
  const { code, summary, stderr } = await runStart("--top", "2", "--faults", file)
  assert.strictEqual(code, 2)
  assert.deepStrictEqual(summary.gaps, [{ imdbId: "tt0111161", reason: "MovieNotFound" }])
  const [notInjected, incomplete, ...more] = stderr.trim().split("\n")
  assert.strictEqual(notInjected, "Fault 2 did not happen: s3 PutObject of nowhere/: throttle.")
  assert.match(incomplete ?? "", /^The run of \S+ is not complete: 1 gap/)
  assert.deepStrictEqual(more, [])
})
