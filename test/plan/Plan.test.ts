import { tmpdir } from "node:os"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { compareStacks, render } from "../../plan/answer.ts"
import { changeOf } from "../../plan/Change.ts"
import { stages } from "../../plan/cost/assumptions.ts"
import { type Declared, declareStack } from "../../plan/declareStack.ts"
import { type Plan, planOf } from "../../plan/Plan.ts"

const root = new URL("../..", import.meta.url).pathname
const canary = "canary-7c02aa-never-to-be-seen"
const forms = ["text", "json", "markdown"] as const

describe("the plan of this program", () => {
  let first: Declared
  let second: Declared
  let elsewhere: Declared
  let plan: Plan
  beforeAll(async () => {
    const omdb = { omdbBaseUrl: "https://omdb.example.com" }
    const declare = (config: Readonly<Record<string, string>>) =>
      declareStack({ root, stack: "dev", config: { omdbApiKey: canary, ...config } })
    ;[first, second, elsewhere] = await Promise.all([declare({}), declare({}), declare(omdb)])
    plan = planOf(first)
  }, 180_000)

  /** The same program with another key. */
  const withKey = (key: string): Declared => ({
    ...first,
    resources: first.resources.map((resource) =>
      resource.secrets.has("secretString")
        ? { ...resource, inputs: { ...resource.inputs, secretString: key } }
        : resource
    )
  })

  it("says in plain words what each of the four functions may do", () => {
    const functions = plan.permissions.filter(({ isFunction }) => isFunction)
    assert.deepStrictEqual(
      functions.map(({ who, sentences }) => [who, ...sentences]),
      [
        [
          "GetMoviesAndSendToQueue",
          "may get the object Top250Movies.json in the bucket top-movies outside the stack",
          "may put objects under runs/ (run_date=*/roster.json) in the movies bucket",
          "may send to the movies queue and the failed-runs queue",
          "may create streams in and write to the log group GetMoviesAndSendToQueue-logs"
        ],
        [
          "EnrichAndStoreMovie",
          "may receive from, delete from, read the attributes of and change the visibility of messages in the movies queue",
          "may read the secret omdb-api-key",
          "may put objects under enriched/ and gaps/ (run_date=*/*.json) in the movies bucket",
          "may send to the exports queue",
          "may create streams in and write to the log group EnrichAndStoreMovie-logs"
        ],
        [
          "ExportMoviesToCsv",
          "may receive from, delete from and read the attributes of the exports queue",
          "may list the movies bucket, where s3:prefix is like runs/*",
          "may list the movies bucket, where s3:prefix is like enriched/*",
          "may list the movies bucket, where s3:prefix is like gaps/*",
          "may get objects under runs/ (run_date=*/roster.json) and enriched/ and gaps/ (run_date=*/*.json) in the movies bucket",
          "may get and put objects under runs/ (run_date=*/manifest.json) in the movies bucket",
          "may put objects under csv/ (run_date=*/movies.csv) in the movies bucket",
          "may create streams in and write to the log group ExportMoviesToCsv-logs"
        ],
        [
          "LoadCsvToDynamoDb",
          "may receive from, delete from and read the attributes of the loads queue",
          "may get objects under csv/ in the movies bucket",
          "may put items in and delete items from the movies table",
          "may query the index byRunDate of the movies table",
          "may create streams in and write to the log group LoadCsvToDynamoDb-logs"
        ]
      ]
    )
  })

  it("says what the policies of queues, buckets and roles allow others", () => {
    const others = plan.permissions.filter(({ isFunction }) => !isFunction)
    const of = (who: string) => others.find((each) => each.who === who)?.sentences
    assert.deepStrictEqual(of("the service s3.amazonaws.com"), [
      "may send to the loads queue, where aws:SourceArn is the movies bucket and aws:SourceAccount is <account>"
    ])
    assert.deepStrictEqual(of("the schedule daily"), [
      "may invoke GetMoviesAndSendToQueue",
      "may send to the daily-dead-letters queue"
    ])
    assert.match(of("anyone")?.join() ?? "", /^may never do anything .*SecureTransport is false$/)
  })

  it("lists every resource once, component by component in the order of the data", () => {
    const made = first.resources.filter(({ component }) => !component)
    assert.sameMembers(
      plan.resources.map(({ type, name }) => `${type} ${name}`),
      made.map(({ type, name }) => `${type} ${name}`)
    )
    const places = [...new Set(plan.resources.map(({ within }) => within[0] ?? ""))]
    const inOrder = ["MoviesBucket movies", "WorkQueue movies", "PipelineFunction EnrichAndStoreMovie"]
    assert.deepStrictEqual(
      places.filter((place) => inOrder.includes(place)),
      inOrder
    )
    assert.strictEqual(places.at(-1), "Dashboard pipeline")
  })

  it("says what starts each function, how often, how much at once, and where its failures go", () => {
    const text = plan.triggers.join("\n")
    for (const words of [
      "the schedule daily runs GetMoviesAndSendToQueue every day at 06:00 Etc/UTC: cron(0 6 * * ? *)",
      "has up to 10 retries within 1 h, then goes to the daily-dead-letters queue",
      "has up to 2 retries within 6 h, then goes to the failed-runs queue",
      "the movies queue runs EnrichAndStoreMovie in batches of up to 10, at most 2 at once",
      "go to the movies-dead-letters queue after 8 receives",
      "the movies bucket tells the loads queue of s3:ObjectCreated:* under csv/ and ending in .csv"
    ]) {
      assert.include(text, words)
    }
  })

  it("has a price for all that costs, an assumption for every function, and the secret's 0.40 USD", () => {
    const functions = plan.resources.filter(({ type }) => type === "aws:lambda/function:Function")
    assert.sameMembers(
      functions.map(({ name }) => name),
      Object.keys(stages)
    )
    assert.deepStrictEqual(plan.cost.unpriced, [])
    assert.strictEqual(plan.cost.lines.find(({ name }) => name === "secrets")?.cost, 0.4)
    assert.closeTo(plan.cost.runsPerMonth, 365 / 12, 0.001)
    assert.strictEqual(plan.cost.moviesPerRun, 10)
    assert.closeTo(
      plan.cost.total,
      plan.cost.lines.reduce((sum, { cost }) => sum + cost, 0),
      1e-6
    )
  })

  it("is the same to the byte when it is computed again, in every form", () => {
    for (const form of forms) {
      assert.strictEqual(render({ plan: planOf(second) }, form), render({ plan }, form))
    }
  })

  it("tells of no folder of this machine", () => {
    for (const form of forms) {
      assert.notInclude(render({ plan }, form), root)
      assert.notInclude(render({ plan }, form), tmpdir())
    }
  })

  it("shows a change of one environment variable as exactly that", () => {
    const change = changeOf(first, elsewhere)
    assert.deepStrictEqual(
      change.changed.map(({ name, inputs }) => ({ name, inputs })),
      [
        {
          name: "EnrichAndStoreMovie",
          inputs: [
            {
              path: "environment.variables.OMDB_BASE_URL",
              before: "https://www.omdbapi.com",
              after: "https://omdb.example.com"
            }
          ]
        }
      ]
    )
    const { added, removed, gained, lost, outputs, cost } = change
    assert.deepStrictEqual([added, removed, gained, lost, outputs.before, outputs.after, cost.lines], Array(7).fill([]))
    const text = render(compareStacks(first, elsewhere), "text")
    assert.include(text, "environment.variables.OMDB_BASE_URL: https://www.omdbapi.com → https://omdb.example.com")
    assert.include(text, "Every priced quantity stays as it is.")
  })

  it("says so when nothing changes, though the program ran anew", () => {
    const text = render(compareStacks(first, second), "text")
    assert.include(text, "No change")
    assert.notInclude(text, "→")
  })

  it("shows the OMDb key nowhere, and of a changed one only that it changed", () => {
    const other = "another-key-39ab-never-to-be-seen"
    for (const form of forms) {
      const said = [render({ plan }, form), render(compareStacks(first, withKey(other)), form)]
      for (const text of said) {
        assert.notInclude(text, canary)
        assert.notInclude(text, other)
      }
    }
    assert.include(render(compareStacks(first, withKey(other)), "text"), "secretString: changed\n")
  })

  it("begins a comment with a hidden line by which a workflow finds it again", () => {
    for (const said of [{ plan }, compareStacks(first, elsewhere)]) {
      assert.match(render(said, "markdown"), /^<!-- imdb-serverless-etl plan of dev -->\n### imdb-serverless-etl/)
    }
  })
})
