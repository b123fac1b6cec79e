import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ImdbId } from "../../domain/ImdbId.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { deadLetterQueues } from "../../operator/dlq/DeadLetterQueue.ts"
import { deleteMessages } from "../../operator/dlq/deleteMessages.ts"
import { redrive, redriveEdited, redriveMessages } from "../../operator/dlq/redrive.ts"
import { readRunGrid, recentDays } from "../../operator/runs/RunGrid.ts"
import { startRun } from "../../operator/runs/startRun.ts"
import { today } from "../../operator/runs/today.ts"
import { Stack } from "../../operator/Stack.ts"
import { csvType } from "../../services/documents.ts"
import { ReportStore } from "../../services/ReportStore.ts"
import { RunStore } from "../../services/RunStore.ts"
import * as api from "../api.ts"
import { contentSecurityPolicy, type PageFiles, pageHtml } from "./page.ts"
import { readAllDeadLetters, readDay, readMovie, readRunDetails } from "./readDetails.ts"
import type { readSettings } from "./settings.ts"

interface Options {
  readonly token: string
  readonly page: PageFiles
  readonly settings: ReturnType<typeof readSettings>
  readonly state: Effect.Effect<api.ConsoleState>
  /** One reader of dead letters at a time: a message that one has received is hidden from the others. */
  readonly oneAtATime: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Between two looks. */
  readonly interval: Schedule.Schedule<unknown>
}

const day = Schema.Struct({ date: RunDate })
const dayData = Schema.Struct({ date: RunDate, source: api.DataSource })
const movie = Schema.Struct({ date: RunDate, id: ImdbId })

/** A response as JSON by its schema. */
const json = <A, I>(schema: Schema.Codec<A, I>) => {
  const respond = HttpServerResponse.schemaJson(schema as Schema.Codec<A, unknown>)
  return (value: A) => respond(value, { headers: { "cache-control": "no-store" } })
}

const daysShown = 30

/** A comment in the stream shows that the server is there. */
const heartbeat = Stream.map(Stream.tick("15 seconds"), () => ": here\n\n")

export const makeRoutes = ({ token, page, settings, state, interval, oneAtATime }: Options) => {
  const states = Stream.fromEffectSchedule(state, interval).pipe(
    Stream.changesWith((one, other) => JSON.stringify({ ...one, at: "" }) === JSON.stringify({ ...other, at: "" })),
    Stream.map((each) => `event: state\ndata: ${JSON.stringify(each)}\n\n`)
  )
  const events = Stream.make(`retry: 1000\nevent: token\ndata: ${token}\n\n`).pipe(
    Stream.concat(Stream.merge(states, heartbeat)),
    Stream.encodeText
  )
  const text = (body: Uint8Array, contentType: string) =>
    HttpServerResponse.uint8Array(body, { contentType, headers: { "cache-control": "no-cache" } })

  return HttpRouter.addAll([
    HttpRouter.route(
      "GET",
      "/",
      HttpServerResponse.text(pageHtml(token), {
        contentType: "text/html; charset=utf-8",
        headers: { "content-security-policy": contentSecurityPolicy, "cache-control": "no-store" }
      })
    ),
    HttpRouter.route("GET", "/console.js", text(page.script, "text/javascript; charset=utf-8")),
    HttpRouter.route("GET", "/console.css", text(page.style, "text/css; charset=utf-8")),
    HttpRouter.route(
      "GET",
      "/events",
      HttpServerResponse.stream(events, {
        contentType: "text/event-stream",
        headers: { "cache-control": "no-store", "x-accel-buffering": "no" }
      })
    ),
    HttpRouter.route("GET", "/api/settings", Effect.flatMap(settings, json(api.Settings))),
    HttpRouter.route(
      "GET",
      "/api/runs",
      Effect.gen(function* () {
        const days = yield* readRunGrid(yield* recentDays(daysShown))
        return yield* json(api.Runs)({ days })
      })
    ),
    HttpRouter.route(
      "GET",
      "/api/runs/:date",
      Effect.flatMap(HttpRouter.schemaPathParams(day), ({ date }) =>
        Effect.flatMap(oneAtATime(readRunDetails(date)), json(api.RunDetails))
      )
    ),
    HttpRouter.route(
      "GET",
      "/api/runs/:date/movies/:id",
      Effect.flatMap(HttpRouter.schemaPathParams(movie), ({ date, id }) =>
        Effect.flatMap(oneAtATime(readMovie(date, id)), json(api.MovieDetails))
      )
    ),
    HttpRouter.route("GET", "/api/dead-letters", Effect.flatMap(oneAtATime(readAllDeadLetters), json(api.DeadLetters))),
    HttpRouter.route(
      "GET",
      "/api/data/:date/:source",
      Effect.flatMap(HttpRouter.schemaPathParams(dayData), ({ date, source }) =>
        Effect.flatMap(readDay(date, source), json(api.DayData))
      )
    ),
    HttpRouter.route(
      "GET",
      "/data/:date/movies.csv",
      Effect.gen(function* () {
        const { date } = yield* HttpRouter.schemaPathParams(day)
        const csv = yield* RunStore.use(({ readCsv }) => readCsv(date))
        const headers = { "content-disposition": `attachment; filename="movies-${date}.csv"` }
        return HttpServerResponse.text(csv.value, { contentType: csvType, headers })
      })
    ),
    HttpRouter.route(
      "GET",
      "/data/:date/report.html",
      Effect.gen(function* () {
        const { date } = yield* HttpRouter.schemaPathParams(day)
        const report = yield* ReportStore.use(({ readReport }) => readReport(date))
        // The page needs no script, and gets nothing of this origin.
        const headers = { "content-security-policy": "sandbox allow-popups allow-popups-to-escape-sandbox" }
        return HttpServerResponse.text(report.value, { contentType: "text/html; charset=utf-8", headers })
      })
    ),
    HttpRouter.route(
      "POST",
      "/api/runs",
      Effect.gen(function* () {
        const { runDate, top, refresh } = yield* HttpServerRequest.schemaBodyJson(api.StartRun)
        const date = runDate ?? (yield* today)
        yield* startRun({ runDate: date, ...(top !== undefined && { top }), ...(refresh === true && { refresh }) })
        return yield* json(api.Started)({ runDate: date })
      })
    ),
    HttpRouter.route(
      "POST",
      "/api/dead-letters/redrive",
      Effect.gen(function* () {
        const { queue: name, messageIds, payload } = yield* HttpServerRequest.schemaBodyJson(api.Redrive)
        const queue = yield* findQueue(name)
        const respond = json(api.RedriveResult)
        if (messageIds === undefined) return yield* respond(yield* oneAtATime(redrive(queue)))
        if (payload === undefined) return yield* respond(yield* oneAtATime(redriveMessages(queue, messageIds)))
        return yield* respond(yield* oneAtATime(redriveEdited(queue, `${messageIds[0]}`, payload)))
      })
    ),
    HttpRouter.route(
      "POST",
      "/api/dead-letters/delete",
      Effect.gen(function* () {
        const { queue: name, messageIds } = yield* HttpServerRequest.schemaBodyJson(api.Delete)
        return yield* json(api.DeletionResult)(yield* oneAtATime(deleteMessages(yield* findQueue(name), messageIds)))
      })
    )
  ])
}

const findQueue = Effect.fnUntraced(function* (name: api.Delete["queue"]) {
  const { outputs } = yield* Stack
  const queue = deadLetterQueues(outputs).find((each) => each.name === name)
  return queue ?? (yield* Effect.die(`There is no dead-letter queue ${name}.`))
})
