import { createHash } from "node:crypto"
import { ChangeMessageVisibilityCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { csvKey } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { readStoredRun } from "../../local/run/RunResult.ts"
import { readTableItems } from "../../local/run/storedData.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import { type SharedStack, sharedOmdbKey } from "../local/sharedStack.ts"

/** The outcome of each movie of a run's roster; a movie is in one list only. */
export interface RunOutcome {
  /** In order of rank. */
  readonly enriched: ReadonlyArray<string>
  /** The reasons, by id. */
  readonly gaps: Readonly<Record<string, string>>
  /** Neither, and in the dead-letter queue of movies. */
  readonly deadLettered: ReadonlyArray<string>
  /** Neither, and never queued: the run's own event is a dead letter. */
  readonly unqueued: ReadonlyArray<string>
  /** The bodies in each dead-letter queue that is not empty, by its logical name. */
  readonly deadLetters: Readonly<Record<string, ReadonlyArray<string>>>
  /** Absent if the run was not exported. */
  readonly csv: string | undefined
}

/** All messages of a queue that no function reads; they stay visible. */
const readMessages = async ({ stack }: SharedStack, QueueUrl: string): Promise<ReadonlyArray<Message>> => {
  const { sqs } = stack.cloud.clients
  const messages: Array<Message> = []
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 })
    )
    messages.push(...Messages)
    if (Messages.length === 0) break
  }
  for (const { ReceiptHandle } of messages) {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
  }
  return messages
}

/** The bodies in each dead-letter queue that is not empty, by its logical name. */
export const readDeadLetters = async (shared: SharedStack): Promise<RunOutcome["deadLetters"]> => {
  const bodies: Record<string, ReadonlyArray<string>> = {}
  for (const { logical, url, isDeadLetterQueue } of shared.stack.names.queues) {
    if (!isDeadLetterQueue) continue
    const messages = await readMessages(shared, url)
    if (messages.length > 0) bodies[logical] = messages.map(({ Body = "" }) => Body)
  }
  return bodies
}

const knownKey =
  /^((reports|analytics|latest)\/.*|(enriched|gaps)\/run_date=\d{4}-\d\d-\d\d\/tt\d{7,8}\.json|runs\/run_date=\d{4}-\d\d-\d\d\/(roster|manifest)\.json|csv\/run_date=\d{4}-\d\d-\d\d\/movies\.csv)$/

interface Identified {
  readonly imdbId: string
}

const ids = (movies: ReadonlyArray<Identified>): Array<string> => movies.map(({ imdbId }) => imdbId)

const expectEmptyQueues = async ({ stack }: SharedStack) => {
  for (const { logical, url, isDeadLetterQueue } of stack.names.queues) {
    const { visible, blocked, inFlight, delayed } = await stack.cloud.queues.depth(url)
    if (!isDeadLetterQueue) assert.deepStrictEqual([visible, blocked, inFlight, delayed], [0, 0, [], []], logical)
  }
}

const expectNoKey = (shared: SharedStack, texts: Iterable<string>) => {
  for (const text of [shared.logs(), ...shared.messages(), ...texts]) assert.notInclude(text, sharedOmdbKey)
}

/** The day's items in order of rank, without the columns that name their load. */
const tableRows = async ({ stack }: SharedStack, runDate: RunDate) =>
  (await readTableItems(stack, stack.names.tables[0]?.physical ?? ""))
    .filter((item) => item["runDate"] === runDate)
    .map(({ loadedFrom: _, ...item }) => item)
    .sort((one, other) => Number(one["rank"]) - Number(other["rank"]))

/**
 * Checks what holds after every run, whatever failed: each movie of the roster is enriched, a gap with a reason, or
 * pending with a dead letter; the manifest names each of them, and CSV and table have the enriched movies by rank; the
 * queues are empty, no unknown key was written, and the API key is in no text.
 */
export const checkRun = async (shared: SharedStack, runDate: RunDate): Promise<RunOutcome> => {
  const { roster, enriched, gaps, pending, manifest } = await readStoredRun(shared.stack, runDate)
  const deadLetters = await readDeadLetters(shared)
  const objects = await shared.objects()
  for (const key of objects.keys()) assert.match(key, knownKey)
  const csv = objects.get(csvKey(runDate))
  await expectEmptyQueues(shared)
  expectNoKey(shared, [...objects.keys(), ...objects.values(), ...Object.values(deadLetters).flat()])

  const bodiesIn = (...queues: ReadonlyArray<string>) =>
    queues.flatMap((queue) => deadLetters[queue] ?? []).filter((body) => body.includes(runDate))
  const isDeadLetter = ({ imdbId }: Identified) =>
    bodiesIn("movies-dead-letters", "exports-dead-letters").some((body) => body.includes(imdbId))
  const [unqueued, deadLettered] = [pending.filter((movie) => !isDeadLetter(movie)), pending.filter(isDeadLetter)]
  if (roster === undefined || unqueued.length > 0) {
    const eventIsDeadLetter = bodiesIn("failed-runs", "daily-dead-letters").length > 0
    assert.isTrue(eventIsDeadLetter, `${ids(unqueued)} have no outcome`)
  }
  for (const { reason, detail } of gaps) assert.isTrue(reason !== "" && detail !== "")

  if (manifest === undefined || csv === undefined) {
    assert.deepStrictEqual([manifest, csv], [undefined, undefined])
    assert.isTrue(roster === undefined || bodiesIn("exports-dead-letters").length > 0, "the run is not published")
  } else {
    const rows = (await Effect.runPromise(parseCsv(csv))).map(({ row }) => ({ ...row }))
    // A movie that was enriched at the last receive of its message is exported after the redrive.
    const exported = enriched.filter((movie) => ids(rows).includes(movie.imdbId) || !isDeadLetter(movie))
    assert.deepStrictEqual(ids(rows), ids(exported))
    const sha256 = createHash("sha256").update(csv).digest("hex")
    const complete = rows.length === roster?.total
    const rosterCreatedAt = roster?.createdAt
    const { gaps: exportedGaps, pending: exportedPending, ...figures } = manifest
    assert.deepInclude<object>(figures, {
      rosterCreatedAt,
      total: roster?.total,
      enriched: rows.length,
      complete,
      sha256
    })
    const named = [...ids(rows), ...ids(exportedGaps), ...exportedPending]
    assert.sameMembers(named, ids(roster?.movies ?? []))
    // With a dead letter of loads, its redrive loads the rows.
    if (deadLetters["loads-dead-letters"] === undefined) assert.deepStrictEqual(await tableRows(shared, runDate), rows)
  }
  const reasons = Object.fromEntries(gaps.map(({ imdbId, reason }) => [imdbId, reason]))
  const outcomes = { enriched: ids(enriched), gaps: reasons, deadLettered: ids(deadLettered), unqueued: ids(unqueued) }
  return { ...outcomes, deadLetters, csv }
}
