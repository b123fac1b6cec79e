import { PutObjectCommand } from "@aws-sdk/client-s3"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { onTestFinished } from "vitest"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { latestKey, manifestKey } from "../../../domain/keys.ts"
import { RunDate } from "../../../domain/RunDate.ts"
import { readDayRows } from "../../../local/run/RunResult.ts"
import { type SharedStack, sharedOmdbKey, useSharedStack } from "../sharedStack.ts"

const readCsv = async ({ objects }: SharedStack, runDate: string): Promise<ReadonlyArray<Record<string, string>>> => {
  const csv = (await objects(`csv/run_date=${runDate}/`)).get(`csv/run_date=${runDate}/movies.csv`)
  return csv === undefined ? [] : parse(csv, { columns: true })
}

describe("a run of the pipeline", () => {
  const { current } = useSharedStack()

  it("writes an object, a CSV row and a table item for each of ten movies, with equal values", async () => {
    const shared = current()
    const { complete, runDate } = await shared.run()
    assert.isTrue(complete)
    const csv = await readCsv(shared, runDate)
    const rows = await readDayRows(shared.stack, runDate)
    const objects = await shared.objects(`enriched/run_date=${runDate}/`)
    assert.deepStrictEqual(
      csv.map(({ rank }) => rank),
      ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
    )
    for (const [index, row] of csv.entries()) {
      const object = JSON.parse(objects.get(`enriched/run_date=${runDate}/${row["imdb_id"]}.json`) ?? "")
      assert.strictEqual(row["title"], object.title)
      assert.strictEqual(row["runtime_minutes"], `${object.omdb.runtimeMinutes}`)
      assert.strictEqual(row["imdb_votes"], `${object.omdb.imdbVotes}`)
      assert.strictEqual(row["box_office_usd"], `${object.omdb.boxOfficeUsd ?? ""}`)
      assert.strictEqual(row["genres"], object.omdb.genres.join("|"))
      assert.deepInclude(rows[index], { imdbId: object.imdbId, rank: index + 1, title: object.title })
    }
  })

  it("enriches and loads 250 movies", async () => {
    const { complete, total, enriched, tableItems } = await current().run({ top: 250 })
    assert.deepStrictEqual([complete, total, enriched, tableItems], [true, 250, 250, 250])
  }, 120_000)

  it("logs metrics as lines of their own with _aws at the root, and never the OMDb key", async () => {
    const shared = current()
    await shared.run({ top: 3 })
    const lines = shared.logs().split("\n")
    const documents = lines.filter((line) => line.includes('"_aws"')).map((line) => JSON.parse(line))
    const sumOf = (name: string) =>
      documents.flatMap((document) => document[name] ?? []).reduce((sum, value) => sum + value, 0)
    for (const { _aws, stack } of documents) {
      assert.deepStrictEqual([_aws.CloudWatchMetrics[0].Namespace, stack], ["ImdbEtl", "dev"])
    }
    assert.deepStrictEqual(["MoviesQueued", "MoviesEnriched", "OmdbCalls", "FinalGaps"].map(sumOf), [3, 3, 3, 0])
    assert.deepStrictEqual(["RunsStarted", "RunsPublished", "RunsCompleted"].map(sumOf), [1, 1, 1])
    assert.isAtLeast(sumOf("RowsLoaded"), 3)
    for (const name of ["OmdbLatency", "PublicationDelayMs"]) assert.isAbove(sumOf(name), 0, name)
    assert.notInclude(shared.logs(), sharedOmdbKey)
  })

  it("needs every declared permission and no other", async () => {
    const { stack, run, forgetRuns } = current()
    await forgetRuns()
    await stack.lambda.restart()
    await run()
    assert.deepStrictEqual(stack.iam.denied, [])
    assert.deepStrictEqual(stack.iam.unusedGrants({ includeWhenFailing: false }), [])
  })

  it("uses each WhenFailing grant in the failure it is for", async () => {
    const { stack, run, applyFaults, setSourceList, messages } = current()
    const { cloud, iam, lambda, names, program } = stack
    await current().forgetRuns()
    const unused = () => iam.unusedGrants().map(({ role, action, resource }) => `${role} ${action} ${resource}`)
    await stack.lambda.restart()

    // A movie with a provisional gap, a gap, a rerun with fewer movies, a redrive of an earlier list's row after the
    // deadline, and a list that is not JSON.
    applyFaults(
      { at: "omdb", imdbId: ImdbId.make("tt0068646"), times: 7, what: { kind: "unavailable" } },
      { at: "omdb", imdbId: ImdbId.make("tt0050083"), what: { kind: "unknownMovie" } }
    )
    const { runDate } = await run()
    await run({ runDate, top: 4 })
    const message = messages().find((body) => body.includes('"imdbId":"tt0111161"')) ?? ""
    const MessageBody = message
      .replace(/"rosterCreatedAt":"\d+/, '"rosterCreatedAt":"2020')
      .replace(/"title":"[^"]*"/, '"title":"Another title"')
    const QueueUrl = names.queues.find(({ logical }) => logical === "movies")?.url
    const Bucket = names.buckets[0]?.physical
    await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    await lambda.idle()
    // A manifest that names a pending movie.
    const Key = manifestKey(runDate)
    const manifest = JSON.parse((await current().objects()).get(Key) ?? "")
    const Body = JSON.stringify({ ...manifest, complete: false, pending: ["tt0071562"] })
    await cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }))
    await lambda.idle()
    // A copy in latest/ that is not of the newest run, and an older run, which restores it.
    await cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key: latestKey.report, Body: "another report" }))
    await run({ runDate: RunDate.make("2026-01-01"), top: 1 })
    await setSourceList("<html>")
    await run()
    assert.deepStrictEqual(iam.denied, [])
    const left = unused()
    assert.lengthOf(left, 1, left.join("; "))
    assert.match(left.join(), /^daily-role-\w+ sqs:SendMessage .*daily-dead-letters/)

    // The schedule sends to its own dead-letter queue when it may not invoke its function.
    const schedule = program.resources.find(
      ({ type, name }) => type.endsWith("rolePolicy:RolePolicy") && name === "daily-policy"
    )
    const [role, policy] = [String(schedule?.inputs["role"]), String(schedule?.outputs["name"])]
    const document = String(schedule?.inputs["policy"])
    const declared: { readonly Statement: ReadonlyArray<{ readonly Action: ReadonlyArray<string> }> } =
      JSON.parse(document)
    const Statement = declared.Statement.filter(({ Action }) => !Action.includes("lambda:InvokeFunction"))
    iam.putRolePolicy(role, policy, JSON.stringify({ ...declared, Statement }))
    onTestFinished(() => iam.putRolePolicy(role, policy, document))
    const { deadLetters, denied } = await run()
    assert.deepStrictEqual(
      denied.map(({ principal, action }) => [principal, action]),
      [["daily-role", "lambda:InvokeFunction"]]
    )
    assert.strictEqual(deadLetters["daily-dead-letters"], 1)
    assert.deepStrictEqual(unused(), [])
  })
})
