import { styleText } from "node:util"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { createLogUpdate } from "log-update"
import { prefix } from "../../domain/keys.ts"
import { Roster } from "../../domain/Run.ts"
import type { LocalStack } from "../LocalStack.ts"
import { type OutputStream, replaceControlCharacters } from "./formatRun.ts"
import { readText } from "./storedData.ts"

/** One thing that happened, as a line: what, to which, and how it ended. */
interface Step {
  readonly mark: "ok" | "wait" | "bad"
  readonly what: string
  readonly detail: string
}

export interface Progress {
  readonly print: (line: string) => void
  readonly follow: (stack: LocalStack) => void
  /** Leaves what was shown on the screen and shows no more. */
  readonly stop: () => void
}

export const noProgress: Progress = { print: () => {}, follow: () => {}, stop: () => {} }

const marks = { ok: styleText("green", "✓"), wait: styleText("yellow", "…"), bad: styleText("red", "✗") } as const

const subjects: Readonly<Record<string, string>> = {
  [prefix.enriched]: "enriched",
  [prefix.gaps]: "gap",
  [prefix.csv]: "csv"
}

type Titles = Map<string, string>

/** The last part of a key says what it is about: `tt0111161.json`, `roster.json`, `movies.csv`. */
const stepOf = (key: string, titles: Titles): Step => {
  const [folder = "", , file = key] = key.split("/")
  const name = file.replace(".json", "")
  const what = subjects[`${folder}/`] ?? name
  return { mark: what === "gap" ? "bad" : "ok", what, detail: titles.get(name) ?? key }
}

const decodeRoster = Schema.decodeUnknownOption(Schema.fromJsonString(Roster))

const readTitles = async ({ cloud }: LocalStack, bucket: string, key: string, titles: Titles) => {
  const roster = decodeRoster(await readText(cloud.clients.s3, bucket, key))
  if (Option.isNone(roster)) return
  for (const { imdbId, rank, title } of roster.value.movies) titles.set(imdbId, `#${rank} ${title} (${imdbId})`)
}

const text = ({ mark, what, detail }: Step) => `  ${marks[mark]} ${what.padEnd(10)} ${replaceControlCharacters(detail)}`

const watch = (stack: LocalStack, tell: (step: Step) => void) => {
  const { cloud, lambda, names } = stack
  const titles: Titles = new Map()
  const ours = new Set(names.buckets.map(({ physical }) => physical))
  cloud.events.on("objectCreated", ({ bucket, key }) => {
    if (!ours.has(bucket)) return
    // Best effort, and long done before the first movie is: a failure only costs the titles.
    if (key.endsWith("/roster.json")) readTitles(stack, bucket, key, titles).catch(() => {})
    tell(stepOf(key, titles))
  })
  lambda.events.on("invocationEnded", ({ function: name, error }) => {
    if (error === undefined) return
    tell({
      mark: "bad",
      what: "failed",
      detail: `${names.logicalName(name)}: ${error.errorType}: ${error.errorMessage}`
    })
  })
  lambda.events.on("batchSettled", ({ function: name, failed }) => {
    if (failed.length === 0) return
    tell({
      mark: "wait",
      what: "again",
      detail: `${names.logicalName(name)}: ${failed.length} of a batch will come back`
    })
  })
  lambda.events.on("deadLettered", ({ queueArn, detail }) => {
    tell({ mark: "bad", what: "dead", detail: `${names.logicalName(queueArn)}: ${detail}` })
  })
}

/** Plain lines as things happen, for a pipe or a log. */
export const plainProgress = (write: (line: string) => void): Progress => ({
  print: write,
  follow: (stack) => watch(stack, (step) => write(text(step))),
  stop: () => {}
})

const shown = 12

/** The latest steps in place, with counts of each kind under them, on a terminal. */
export const liveProgress = (stream: OutputStream): Progress => {
  const update = createLogUpdate(stream)
  const latest: Array<Step> = []
  const counts = new Map<string, number>()
  const render = () => {
    const totals = [...counts].map(([what, count]) => `${what} ${count}`).join("  ")
    update([...latest.map(text), styleText("dim", `  ${totals}`)].join("\n"))
  }
  return {
    print: (line) => {
      update.clear()
      stream.write(`${line}\n`)
    },
    follow: (stack) =>
      watch(stack, (step) => {
        counts.set(step.what, (counts.get(step.what) ?? 0) + 1)
        latest.push(step)
        if (latest.length > shown) latest.shift()
        render()
      }),
    stop: () => update.done()
  }
}
