import { styleText } from "node:util"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { prefix } from "../../domain/keys.ts"
import { Roster } from "../../domain/Run.ts"
import type { LocalStack } from "../LocalStack.ts"
import { replaceControlCharacters } from "./formatRun.ts"
import { readText } from "./storedData.ts"

/** What a command prints while a run goes on. */
export interface Progress {
  readonly print: (sentence: string) => void
  /** Prints the run's events from now on. */
  readonly follow: (stack: LocalStack) => void
}

/** For `--json`. */
export const noProgress: Progress = { print: () => {}, follow: () => {} }

/** One line per event. */
export const lineProgress: Effect.Effect<Progress> = Effect.map(Console.Console, ({ log }) => ({
  print: (sentence) => log(sentence),
  follow: (stack) => onRunEvent(stack, (event) => log(formatEvent(event)))
}))

interface RunEvent {
  readonly mark: "ok" | "retry" | "failed"
  readonly type: string
  readonly detail: string
}

const marks = { ok: styleText("green", "✓"), retry: styleText("yellow", "…"), failed: styleText("red", "✗") } as const

const formatEvent = ({ mark, type, detail }: RunEvent) =>
  `  ${marks[mark]} ${type.padEnd(11)} ${replaceControlCharacters(detail)}`

const onRunEvent = (stack: LocalStack, report: (event: RunEvent) => void) => {
  const { cloud, lambda, names } = stack
  const titles: Titles = new Map()
  const buckets = new Set(names.buckets.map(({ physical }) => physical))
  cloud.events.on("objectCreated", ({ bucket, key }) => {
    if (!buckets.has(bucket)) return
    // It is read long before the first movie is enriched. Without it, events show keys in place of titles.
    if (key.endsWith("/roster.json")) readTitles(stack, bucket, key, titles).catch(() => {})
    report(objectEvent(key, titles))
  })
  lambda.events.on("invocationEnded", ({ function: name, error }) => {
    if (error === undefined) return
    const detail = `${names.logicalName(name)}: ${error.errorType}: ${error.errorMessage}`
    report({ mark: "failed", type: "failed", detail })
  })
  lambda.events.on("batchSettled", ({ function: name, failed }) => {
    if (failed.length === 0) return
    const messages = failed.length === 1 ? "1 message" : `${failed.length} messages`
    report({ mark: "retry", type: "retry", detail: `${names.logicalName(name)}: ${messages} will be received again` })
  })
  lambda.events.on("deadLettered", ({ queueArn, detail }) => {
    report({ mark: "failed", type: "dead letter", detail: `${names.logicalName(queueArn)}: ${detail}` })
  })
}

type Titles = Map<string, string>

const decodeRoster = Schema.decodeUnknownOption(Schema.fromJsonString(Roster))

const readTitles = async ({ cloud }: LocalStack, bucket: string, key: string, titles: Titles) => {
  const roster = decodeRoster(await readText(cloud.clients.s3, bucket, key))
  if (Option.isNone(roster)) return
  for (const { imdbId, rank, title } of roster.value.movies) titles.set(imdbId, `#${rank} ${title} (${imdbId})`)
}

const eventTypes: Readonly<Record<string, string>> = {
  [prefix.enriched]: "enriched",
  [prefix.gaps]: "gap",
  [prefix.csv]: "csv"
}

/** The file's name is the movie's id (`tt0111161.json`) or the type of the document (`roster.json`, `manifest.json`). */
const objectEvent = (key: string, titles: Titles): RunEvent => {
  const [folder = "", , file = key] = key.split("/")
  const name = file.replace(".json", "")
  const type = eventTypes[`${folder}/`] ?? name
  return { mark: type === "gap" ? "failed" : "ok", type, detail: titles.get(name) ?? key }
}
