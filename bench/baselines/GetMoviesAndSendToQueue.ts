import type { S3Client } from "@aws-sdk/client-s3"
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs"
import { log, metric, variable } from "./plain.ts"
import { getText, putJson } from "./s3.ts"

interface Row {
  readonly id: string
  readonly rank: string
  readonly title: string
  readonly [field: string]: string
}

export const handlerOf =
  ({ s3, sqs }: { readonly s3: S3Client; readonly sqs: SQSClient }) =>
  async ({ runDate, top = Number(variable("TOP")) }: { readonly runDate: string; readonly top?: number }) => {
    const QueueUrl = variable("MOVIES_QUEUE_URL")
    const text = await getText(s3, variable("SOURCE_BUCKET"), variable("SOURCE_KEY"))
    const list: { readonly items: ReadonlyArray<Row> } = JSON.parse(text ?? "")
    const movies = list.items
      .map(({ id, rank, title, imDbRating, imDbRatingCount, ...rest }) => ({
        ...{ imdbId: id, rank: Number(rank), title, imdbRating: Number(imDbRating) },
        ...{ imdbRatingCount: Number(imDbRatingCount), ...rest, year: Number(rest["year"]) }
      }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, top)
    const request = JSON.stringify({ version: 1, type: "export", runDate })
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: request, DelaySeconds: 900 }))
    const rosterCreatedAt = new Date().toISOString()
    const total = movies.length
    const roster = { runDate, total, movies: movies.map(({ imdbId, rank, title }) => ({ imdbId, rank, title })) }
    await putJson(s3, variable("MOVIES_BUCKET"), `runs/run_date=${runDate}/roster.json`, {
      ...roster,
      createdAt: rosterCreatedAt
    })
    const run = { version: 1, type: "movie", runDate, rosterCreatedAt, total }
    for (let first = 0; first < total; first += 10) {
      const Entries = movies
        .slice(first, first + 10)
        .map((movie, index) => ({ Id: `${index}`, MessageBody: JSON.stringify({ ...run, movie }) }))
      const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
      if (Failed !== undefined && Failed.length > 0) throw new Error(`${Failed.length} messages were not sent.`)
    }
    metric({ RunsStarted: 1, MoviesQueued: total })
    log("Movies queued", { runDate, total })
    return { runDate, total }
  }
