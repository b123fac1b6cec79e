import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { expect, vi } from "vitest"
import { type ConsoleState, tokenHeader } from "../../console/api.ts"
import { ImdbId } from "../../domain/ImdbId.ts"
import { useOperatedStack } from "../operator/OperatedStack.ts"
import { startConsole } from "./startConsole.ts"

const godfather = ImdbId.make("tt0068646")

describe("the console's server", () => {
  const { current } = useOperatedStack()

  const connect = async (options?: Parameters<typeof startConsole>[1]) => {
    const { address } = await startConsole(current().stack, options)
    const html = await (await fetch(address)).text()
    const [, token = ""] = new RegExp(`name="${tokenHeader}" content="([^"]+)"`).exec(html) ?? []
    const get = async (path: string) => {
      const response = await fetch(new URL(path, address))
      return { status: response.status, body: JSON.parse(await response.text()) }
    }
    const post = async (path: string, body: unknown) => {
      const response = await fetch(new URL(path, address), {
        ...{ method: "POST", body: JSON.stringify(body) },
        headers: { "content-type": "application/json", [tokenHeader]: token }
      })
      return { status: response.status, body: JSON.parse(await response.text()) }
    }
    return { address, html, token, get, post }
  }

  it("sends a page of its own origin, with script and style under 100 kB gzipped", async () => {
    const { address } = await connect()
    const page = await fetch(address)
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'; script-src 'self'/)
    let bytes = 0
    for (const file of ["console.js", "console.css"]) {
      const content = Buffer.from(await (await fetch(new URL(file, address))).arrayBuffer())
      assert.isAbove(content.length, 1000)
      bytes += gzipSync(content, { level: 9 }).length
    }
    assert.isBelow(bytes, 100_000)
  })

  it("sends the state at each change: queues, the latest run, what the functions logged", async () => {
    await current().forgetRuns()
    const { address, token } = await connect()
    const controller = new AbortController()
    const { body } = await fetch(new URL("events", address), { signal: controller.signal })
    const states: Array<ConsoleState> = []
    let text = ""
    const reading = (async () => {
      for await (const chunk of body ?? []) {
        text += Buffer.from(chunk).toString()
        const events = text.split("\n\n")
        text = events.pop() ?? ""
        for (const event of events) {
          const [, data] = /^event: state\ndata: (.*)$/.exec(event) ?? []
          if (data !== undefined) states.push(JSON.parse(data))
          if (event.includes("event: token")) assert.include(event, `data: ${token}`)
        }
      }
    })().catch(() => undefined)
    await vi.waitFor(() => assert.isAtLeast(states.length, 1), { timeout: 20_000 })
    assert.notProperty(states[0], "run")
    const { runDate } = await current().run({ top: 2 })
    await vi.waitFor(() => expect(states.at(-1)?.run).toMatchObject({ runDate, rows: 2, hasReport: true }), {
      timeout: 20_000
    })
    const last = states.at(-1)
    assert.deepStrictEqual(last?.problems, [])
    assert.isAbove(last?.stages.find(({ name }) => name === "EnrichAndStoreMovie")?.invocations ?? 0, 0)
    assert.deepInclude(last?.queues ?? [], { name: "movies", visible: 0, hidden: 0, deadLetters: "movies" })
    controller.abort()
    await reading
  })

  it("draws the program's own graph", async () => {
    const { get } = await connect()
    const { body } = await get("/api/settings")
    assert.deepStrictEqual(
      body.graph.map(({ name, trigger, deadLetters }: Record<string, { name: string }>) => [
        ...[name, trigger?.name, deadLetters?.name]
      ]),
      [
        ["GetMoviesAndSendToQueue", "daily", "failed-runs"],
        ["EnrichAndStoreMovie", "movies", "movies-dead-letters"],
        ["ExportMoviesToCsv", "exports", "exports-dead-letters"],
        ["LoadCsvToDynamoDb", "loads", "loads-dead-letters"],
        ["PublishReport", "reports", "reports-dead-letters"]
      ]
    )
    assert.include(body.schedule.words, "06:00")
    assert.strictEqual(body.schedule.next.at.slice(0, 16), `${body.schedule.next.runDate}T06:00`)
    assert.notInclude(JSON.stringify(body), "local-key")
    assert.lengthOf(body.grants, 5)
  })

  it("shows a run, a movie from end to end, and a day's rows", async () => {
    current().applyFaults({ at: "omdb", imdbId: godfather, what: { kind: "unknownMovie" } })
    const { runDate } = await current().run({ top: 2 })
    const { get, address } = await connect()
    const run = await get(`/api/runs/${runDate}`)
    assert.strictEqual(run.body.run.end.state, "complete with gaps")
    assert.isAbove(run.body.log.length, 5)
    const enriched = (await get(`/api/runs/${runDate}/movies/tt0111161`)).body
    for (const part of [enriched.roster, enriched.object.text, enriched.csvRow.text, enriched.item.text]) {
      assert.include(part, "The Shawshank Redemption")
    }
    assert.strictEqual(JSON.parse(enriched.object.text).imdbId, "tt0111161")
    const gap = (await get(`/api/runs/${runDate}/movies/${godfather}`)).body
    assert.include(gap.object.text, "MovieNotFound")
    assert.deepStrictEqual(
      [gap.csvRow.why, gap.item.why],
      ["The CSV has no row of the movie.", "The table has no item of the movie and this date."]
    )
    assert.match(gap.message.why, /no longer in the queue/)
    for (const source of ["csv", "table"]) {
      const { columns, rows } = (await get(`/api/data/${runDate}/${source}`)).body
      assert.deepStrictEqual([rows.length, rows[0][columns.indexOf("title")]], [1, "The Shawshank Redemption"], source)
    }
    const csv = await fetch(new URL(`/data/${runDate}/movies.csv`, address))
    assert.include(csv.headers.get("content-disposition"), `movies-${runDate}.csv`)
    const report = await fetch(new URL(`/data/${runDate}/report.html`, address))
    assert.match(report.headers.get("content-security-policy") ?? "", /^sandbox/)
    assert.include(await report.text(), "The Shawshank Redemption")
  })

  it.each([
    ["/api/runs/2020-13-45", 400, /Expected a date/],
    ["/api/runs/2020-01-01/movies/tt0111161", 404, /has no movie tt0111161/],
    ["/data/2020-01-01/movies.csv", 404, /There is no object/],
    ["/api/nothing", 404, /no such address/]
  ])("answers %s with %d and a sentence", async (path, status, message) => {
    const { get } = await connect()
    const answer = await get(path)
    assert.strictEqual(answer.status, status)
    assert.match(answer.body.message, message)
  })

  it("explains an empty log, of a run that does not exist", async () => {
    const { get } = await connect()
    const { body } = await get("/api/runs/2020-01-01")
    assert.deepStrictEqual(body.log, [])
    assert.match(body.why, /Logs are kept for/)
  })

  it("starts a run, and refuses a request that is not valid", async () => {
    const { post } = await connect()
    const runDate = current().newRunDate()
    assert.deepStrictEqual(await post("/api/runs", { runDate, top: 1 }), { status: 200, body: { runDate } })
    await current().stack.lambda.idle()
    assert.isTrue((await current().objects(`csv/run_date=${runDate}/`)).size > 0)
    const refused = await post("/api/runs", { runDate, top: 1000 })
    assert.strictEqual(refused.status, 400)
    assert.include(refused.body.message, "top")
  })

  it("redrives with an edited payload that is valid, and deletes", async () => {
    current().applyFaults({ at: "omdb", imdbId: godfather, times: "always", what: { kind: "quota" } })
    const { runDate } = await current().run({ top: 2 })
    const { get, post } = await connect()
    const [letter] = (await get("/api/dead-letters")).body.messages
    const redrive = (payload: string) =>
      post("/api/dead-letters/redrive", { queue: "movies", messageIds: [letter.messageId], payload })
    const dead = (await get(`/api/runs/${runDate}/movies/${godfather}`)).body
    assert.deepStrictEqual(JSON.parse(dead.message.text), JSON.parse(letter.payload))
    const refused = await redrive(letter.payload.replace('"rank":2', '"rank":"two"'))
    assert.strictEqual(refused.status, 400)
    assert.match(refused.body.message, /The payload is not valid for movies: .*rank/)
    current().clearFaults()
    assert.strictEqual((await redrive(letter.payload)).body.redriven, 1)
    await current().stack.lambda.idle()
    const { body } = await get(`/api/runs/${runDate}/movies/${godfather}`)
    assert.strictEqual(body.status.state, "enriched")
    const { body: deleted } = await post("/api/dead-letters/delete", { queue: "movies" })
    assert.deepStrictEqual(deleted, { queue: "movies", deleted: 0, left: [] })
  })

  it("writes nothing where it is read only", async () => {
    const { post } = await connect({ isWritable: false })
    const { status, body } = await post("/api/runs", {})
    assert.deepStrictEqual([status, body.message], [403, "This console is read only: start it with --write."])
  })
})
