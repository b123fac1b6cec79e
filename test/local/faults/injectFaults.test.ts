import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { ImdbId } from "../../../domain/ImdbId.ts"
import type { Fault, FaultAt } from "../../../local/faults/FaultSchedule.ts"
import { injectFaults } from "../../../local/faults/injectFaults.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { runStart } from "../run/runStart.ts"
import { type SharedStack, useSharedStack } from "../sharedStack.ts"

const fifth = ImdbId.make("tt0050083")
const enrich = "EnrichAndStoreMovie"
const puts = { at: "aws", operation: "PutObject" } as const
const folder = "run_date=2025-01-01"
const keys = [
  `enriched/${folder}/${fifth}.json`,
  `enriched/${folder}/tt0111161.json`,
  `gaps/${folder}/tt0000001.json`
] as const
const failure = { kind: "fail", status: 400, code: "First" } as const

/** Puts an object with the credentials of stage 2 and without retries; returns the error's name or code. */
const putting = ({ stack: { cloud, lambda, names } }: SharedStack) => {
  const role = lambda.roleArnOf(names.functions.find(({ logical }) => logical === enrich)?.physical ?? "")
  const { endpoint, region } = cloud
  const s3 = new S3Client({ endpoint, region, credentials: cloud.credentialsFor(role), maxAttempts: 1 })
  onTestFinished(() => s3.destroy())
  const Bucket = names.buckets[0]?.physical
  return (Key: string, client = s3): Promise<string> =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: "{}" })).then(
      () => "none",
      (error) => String(error.code ?? error.name)
    )
}

describe("injected faults", () => {
  const { current } = useSharedStack()

  it("happen once by default, or `times` times after `skip` calls, and report those that did not happen", async () => {
    const shared = current()
    const put = putting(shared)
    shared.applyFaults(
      { ...puts, what: failure },
      { ...puts, skip: 1, times: 2, what: { ...failure, code: "Second" } },
      { ...puts, key: "csv/", what: failure }
    )
    const errors: Array<string> = []
    for (let call = 0; call < 6; call++) errors.push(await put(keys[0]))
    assert.deepStrictEqual(errors, ["First", "none", "Second", "Second", "none", "none"])
    assert.deepStrictEqual(shared.unmetFaults(), ["Fault 3 did not happen: PutObject of csv/: fail."])
  })

  it.each<[Partial<FaultAt<"aws">>, ReadonlyArray<string>]>([
    [{ imdbId: fifth }, ["First", "none", "none"]],
    [{ key: "enriched/" }, ["First", "First", "none"]],
    [{ function: "ExportMoviesToCsv" }, ["none", "none", "none"]],
    [{ function: enrich }, ["First", "First", "First"]],
    [{ operation: "GetObject" }, ["none", "none", "none"]]
  ])("apply to the calls that match %j, and never to the administrator's", async (selector, errors) => {
    const shared = current()
    const put = putting(shared)
    shared.applyFaults({ ...puts, times: "always", what: failure, ...selector })
    assert.deepStrictEqual(await Promise.all(keys.map((key) => put(key))), errors)
    assert.strictEqual(await put(keys[0], shared.stack.cloud.clients.s3), "none")
  })

  it("reset the connection after the call had its effect", async () => {
    const shared = current()
    shared.applyFaults({ ...puts, what: { kind: "replyLost" } })
    assert.strictEqual(await putting(shared)(keys[2]), "ECONNRESET")
    assert.strictEqual((await shared.objects(keys[2])).size, 1)
  })

  it.each<[Fault, string]>([
    [{ ...puts, function: "Enrich", what: failure }, 'names the function "Enrich", but the program has Enrich'],
    [{ ...puts, queue: "films", what: failure }, 'names the queue "films", but the program has '],
    [{ at: "omdb", what: { kind: "quota" } }, "is at omdb, but --omdb-url names another than the stand-in"]
  ])("are refused when they are impossible: %j", (fault, clause) => {
    const schedule = { description: "a test", faults: [{ ...puts, what: failure }, fault] } as const
    assert.throws(() => injectFaults(current().stack, schedule), `Fault 2 of --faults ${clause}`)
  })
})

it("npm start -- --faults injects the faults of a file and lists those that did not happen", async () => {
  const file = join(await temporaryDirectory(), "faults.json")
  const faults = [
    { at: "omdb", imdbId: "tt0111161", times: "always", what: { kind: "unknownMovie" } },
    { ...puts, key: "nowhere/", what: failure }
  ]
  await writeFile(file, JSON.stringify({ description: "a test", faults }))
  const { code, summary, stderr } = await runStart("--top", "2", "--faults", file)
  assert.strictEqual(code, 2)
  assert.deepStrictEqual(summary.gaps, [{ imdbId: ImdbId.make("tt0111161"), reason: "MovieNotFound" }])
  const [notInjected, incomplete, ...more] = stderr.trim().split("\n")
  assert.strictEqual(notInjected, "Fault 2 did not happen: PutObject of nowhere/: fail.")
  assert.match(incomplete ?? "", /^The run of \S+ is not complete: 1 gap/)
  assert.deepStrictEqual(more, [])
})
