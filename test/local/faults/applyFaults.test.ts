import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { ImdbId } from "../../../domain/ImdbId.ts"
import type { Fault } from "../../../local/faults/FaultSchedule.ts"
import { injectFaults } from "../../../local/faults/injectFaults.ts"
import type { LocalStack } from "../../../local/LocalStack.ts"
import { useSharedStack } from "../sharedStack.ts"

const fifth = ImdbId.make("tt0050083")

/** Clients that call as a function does, and never again by themselves. */
const callingAs = ({ cloud, names, program }: LocalStack, logical: string) => {
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

const failure = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "none",
    (error: unknown) => (error instanceof Error ? ("code" in error ? String(error.code) : error.name) : String(error))
  )

const enrich = "EnrichAndStoreMovie"
const puts = { at: "s3", operation: "PutObject" } as const
const key = (id: string) => `enriched/run_date=2025-01-01/${id}.json`

describe("faults in force", () => {
  const { current } = useSharedStack()

  it("refuse calls in the service's own way of saying too fast", async () => {
    const { stack, applyFaults: faults } = current()
    const { put, sqs } = callingAs(stack, enrich)
    const { dynamoDb } = callingAs(stack, "LoadCsvToDynamoDb")
    const { secretsManager } = callingAs(stack, enrich)
    const what = { kind: "throttle" } as const
    faults(
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
        await failure(put(key(fifth))),
        await failure(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))),
        await failure(dynamoDb.send(new PutItemCommand({ TableName: stack.names.tables[0]?.physical, Item }))),
        await failure(secretsManager.send(new GetSecretValueCommand({ SecretId: String(secret?.outputs["arn"]) })))
      ],
      ["SlowDown", "RequestThrottled", "ProvisionedThroughputExceededException", "ThrottlingException"]
    )
  })

  it("happen once, where they are told so after some calls or for ever, and say when they have not", async () => {
    const { stack, applyFaults: faults, unmetFaults: unmet } = current()
    const { put } = callingAs(stack, enrich)
    const what = { kind: "fail", status: 400, code: "Odd" } as const
    faults(
      { ...puts, what },
      { ...puts, skip: 1, times: 2, what: { ...what, code: "Odder" } },
      { ...puts, key: "csv/", what }
    )
    const said: Array<string> = []
    for (let call = 0; call < 6; call++) said.push(await failure(put(key(fifth))))
    assert.deepStrictEqual(said, ["Odd", "none", "Odder", "Odder", "none", "none"])
    assert.deepStrictEqual(unmet(), ["Fault 3 never happened: s3 PutObject of csv/: fail."])
  })

  it("are about a movie, a key or a function, and never about the operator", async () => {
    const { stack, applyFaults: faults, clearFaults: mend } = current()
    const { put, Bucket } = callingAs(stack, enrich)
    const what = { kind: "fail", status: 400, code: "Odd" } as const
    const met = async (fault: Partial<Extract<Fault, { at: "s3" }>>) => {
      mend()
      faults({ ...puts, times: "always", what, ...fault })
      return [
        await failure(put(key(fifth))),
        await failure(put(key("tt0111161"))),
        await failure(put("gaps/run_date=2025-01-01/tt1.json"))
      ]
    }
    assert.deepStrictEqual(await met({ imdbId: fifth }), ["Odd", "none", "none"])
    assert.deepStrictEqual(await met({ key: "enriched/" }), ["Odd", "Odd", "none"])
    assert.deepStrictEqual(await met({ function: "ExportMoviesToCsv" }), ["none", "none", "none"])
    assert.deepStrictEqual(await met({ function: enrich }), ["Odd", "Odd", "Odd"])
    await stack.cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key: key(fifth), Body: "{}" }))
  })

  it("cut the connection before a call has happened, or after", async () => {
    const { stack, applyFaults: faults, objects } = current()
    const { put } = callingAs(stack, enrich)
    faults({ ...puts, what: { kind: "reset" } }, { ...puts, what: { kind: "answerLost" } })
    assert.strictEqual(await failure(put(key("tt0000001"))), "ECONNRESET")
    assert.isFalse((await objects()).has(key("tt0000001")))
    assert.strictEqual(await failure(put(key("tt0000002"))), "ECONNRESET")
    assert.isTrue((await objects()).has(key("tt0000002")))
  })

  it("let a call happen late, or never", async () => {
    const { stack, applyFaults: faults } = current()
    const { put } = callingAs(stack, enrich)
    faults({ ...puts, what: { kind: "delay", delayMs: 150 } }, { ...puts, what: { kind: "hang" } })
    const from = performance.now()
    await put(key(fifth))
    assert.isAbove(performance.now() - from, 145)
    const outcome = await Promise.race([
      failure(put(key(fifth))),
      new Promise<string>((resolve) => setTimeout(() => resolve("still waiting"), 300))
    ])
    assert.strictEqual(outcome, "still waiting")
  })

  it("give another answer, word for word", async () => {
    const { stack, applyFaults: faults } = current()
    const { s3 } = callingAs(stack, "GetMoviesAndSendToQueue")
    faults({ at: "s3", operation: "GetObject", what: { kind: "answer", status: 200, body: "no list" } })
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "top-movies", Key: "Top250Movies.json" }))
    assert.strictEqual(await Body?.transformToString(), "no list")
  })

  it("change single messages, too, and leave the sender none the wiser", async () => {
    const { stack, applyFaults: faults } = current()
    const { cloud, names } = stack
    const { sqs } = callingAs(stack, "GetMoviesAndSendToQueue")
    const QueueUrl = names.queues.find(({ logical }) => logical === "failed-runs")?.url
    faults({ at: "delivery", queue: "failed-runs", what: { kind: "replace", find: "é", with: "e" } })
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "Léon" }))
    const { Messages } = await cloud.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    assert.deepStrictEqual(
      Messages?.map((message) => [message.MessageId, message.Body]),
      [[MessageId, "Leon"]]
    )
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
  ])("are refused where they could never happen: %j", (fault, clause) => {
    const { stack } = current()
    const scenario = { description: "a test", faults: [{ ...puts, what: { kind: "reset" } }, fault] } as const
    assert.throws(() => injectFaults(stack, scenario), `Fault 2 of --faults ${clause}`)
  })

  it("answer a list that is forbidden, missing or spoilt, and leave the object alone", async () => {
    const { stack, applyFaults: faults } = current()
    const { s3 } = callingAs(stack, "GetMoviesAndSendToQueue")
    const get = () => s3.send(new GetObjectCommand({ Bucket: "top-movies", Key: "Top250Movies.json" }))
    faults(
      { at: "list", what: { kind: "forbidden" } },
      { at: "list", what: { kind: "missing" } },
      { at: "list", what: { kind: "short", rows: 1 } }
    )
    assert.deepStrictEqual([await failure(get()), await failure(get())], ["AccessDenied", "NoSuchKey"])
    assert.strictEqual(JSON.parse((await (await get()).Body?.transformToString()) ?? "").items.length, 1)
    assert.strictEqual(JSON.parse((await (await get()).Body?.transformToString()) ?? "").items.length, 250)
  })
})
