import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { pluralize } from "../../cli/output.ts"
import { colored, visible } from "../../cli/visible.ts"
import { latestPrefix, prefix } from "../../domain/keys.ts"
import { Gap } from "../../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../../domain/Run.ts"
import type { LocalStack } from "../LocalStack.ts"
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

const marks = { ok: colored("green", "✓"), retry: colored("yellow", "…"), failed: colored("red", "✗") } as const

const formatEvent = ({ mark, type, detail }: RunEvent) => `  ${marks[mark]} ${type.padEnd(11)} ${visible(detail)}`

const onRunEvent = (stack: LocalStack, report: (event: RunEvent) => void) => {
  const { cloud, lambda, names } = stack
  const titles: Titles = new Map()
  const buckets = new Set(names.buckets.map(({ physical }) => physical))
  cloud.events.on("objectCreated", ({ bucket, key }) => {
    if (!buckets.has(bucket)) return
    // The roster is read long before the first movie is enriched.
    const text = describedByText.test(key) ? readText(cloud.clients.s3, bucket, key) : Promise.resolve(undefined)
    text
      .catch(() => "")
      .then((found) => objectEvent(key, found, titles))
      .then((event) => event && report(event))
  })
  cloud.events.on("published", ({ topicArn, subject = "" }) => {
    report({ mark: "ok", type: "message", detail: `${names.logicalName(topicArn)}: ${subject}` })
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
  lambda.events.on("timeSkipped", ({ ms }) => {
    const seconds = Math.round(ms / 1000)
    if (seconds > 0)
      report({ mark: "retry", type: "wait", detail: `${Duration.format(Duration.seconds(seconds))} fast-forwarded` })
  })
}

/** The movies' names, by id. */
type Titles = Map<string, string>

const decode = <A>(schema: Schema.Codec<A, unknown>) => Schema.decodeUnknownOption(Schema.fromJsonString(schema))
const decodeRoster = decode(Roster)
const decodeGap = decode(Gap)
const decodeManifest = decode(Manifest)

/** The keys of objects whose events show what is in them. */
const describedByText = new RegExp(`^(${prefix.gaps}|${prefix.runs})`)

/** The file's name is the movie's id (`tt0111161.json`) or the type of the document (`roster.json`, `manifest.json`). */
const objectEvent = (key: string, text: string | undefined, titles: Titles): RunEvent | undefined => {
  const name = key.slice(key.lastIndexOf("/") + 1).replace(".json", "")
  const movie = titles.get(name) ?? key
  if (key.startsWith(prefix.enriched)) return { mark: "ok", type: "enriched", detail: movie }
  if (key.startsWith(prefix.csv)) return { mark: "ok", type: "csv", detail: key }
  if (key.startsWith(prefix.reports))
    return name === "index.html" ? { mark: "ok", type: "report", detail: key } : undefined
  // They are written with the report.
  if (key.startsWith(prefix.analytics) || key.startsWith(latestPrefix)) return undefined
  if (key.startsWith(prefix.gaps)) {
    const gap = Option.getOrUndefined(decodeGap(text))
    return gap?.nextAttemptAt === undefined
      ? { mark: "failed", type: "gap", detail: `${movie}: ${gap?.reason}` }
      : { mark: "retry", type: "gap", detail: `${movie}: ${gap.reason} (provisional)` }
  }
  for (const { imdbId, rank, title } of Option.getOrUndefined(decodeRoster(text))?.movies ?? []) {
    titles.set(imdbId, `#${rank} ${title} (${imdbId})`)
  }
  const manifest = Option.getOrUndefined(decodeManifest(text))
  if (manifest === undefined) return { mark: "ok", type: name, detail: key }
  const { total, enriched, gaps, pending } = manifest
  const detail = `${enriched} of ${total} enriched, ${pluralize(gaps.length, "gap")}, ${pending.length} pending`
  return { mark: "ok", type: name, detail }
}
