import * as http from "node:http"
import * as https from "node:https"
import { text } from "node:stream/consumers"
import type { S3Client } from "@aws-sdk/client-s3"
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs"
import type { SQSEvent } from "aws-lambda"
import { forEachRecord, log, metric, variable } from "./plain.ts"
import { getText, putJson } from "./s3.ts"

type Reply = Readonly<Record<string, unknown>>

const textOf = (value: unknown) => (value === "N/A" ? undefined : String(value))
const listOf = (value: unknown) => textOf(value)?.split(", ")
const numberOf = (value: unknown) => {
  const number = Number(String(value).replaceAll(/[^\d.]/g, ""))
  return value === "N/A" || Number.isNaN(number) ? undefined : number
}

const detailsOf = (reply: Reply) => ({
  ...{ imdbId: reply["imdbID"], title: reply["Title"], year: numberOf(reply["Year"]), rated: textOf(reply["Rated"]) },
  ...{ released: textOf(reply["Released"]), runtimeMinutes: numberOf(reply["Runtime"]) },
  ...{ genres: listOf(reply["Genre"]), directors: listOf(reply["Director"]), writers: listOf(reply["Writer"]) },
  ...{ actors: listOf(reply["Actors"]), plot: textOf(reply["Plot"]), languages: listOf(reply["Language"]) },
  ...{
    countries: listOf(reply["Country"]),
    awards: textOf(reply["Awards"]),
    imdbRating: numberOf(reply["imdbRating"])
  },
  ...{ imdbVotes: numberOf(reply["imdbVotes"]), metascore: numberOf(reply["Metascore"]), ratings: reply["Ratings"] },
  ...{ boxOfficeUsd: numberOf(reply["BoxOffice"]), raw: reply }
})

/** A reply's text. `fetch` is what most people write; it loads undici, which the SDK does not need. */
type GetText = (url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<string>

export const getByFetch: GetText = async (url, headers, signal) => (await fetch(url, { headers, signal })).text()

export const getByHttp: GetText = async (url, headers, signal) => {
  const request = url.startsWith("https:") ? https.get : http.get
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request(url, { headers, signal }, resolve).on("error", reject)
  })
  return text(response)
}

interface Clients {
  readonly s3: S3Client
  readonly sqs: SQSClient
  readonly secrets: SecretsManagerClient
  readonly getText: GetText
}

export const handlerOf = ({ s3, sqs, secrets, getText: getReply }: Clients) => {
  let key: Promise<string> | undefined
  const readKey = async () => {
    const { SecretString } = await secrets.send(
      new GetSecretValueCommand({ SecretId: variable("OMDB_API_KEY_SECRET") })
    )
    if (SecretString === undefined) throw new Error("The secret is empty.")
    return SecretString
  }
  const fetchReply = async (imdbId: string): Promise<Reply> => {
    key ??= readKey()
    const parameters = new URLSearchParams({ apikey: await key, i: imdbId })
    const startedAt = Date.now()
    const headers = { accept: "application/json", "user-agent": "imdb-serverless-etl" }
    const url = `${variable("OMDB_BASE_URL")}/?${parameters}`
    const reply: Reply = JSON.parse(await getReply(url, headers, AbortSignal.timeout(7_000)))
    metric({ OmdbCalls: 1, OmdbLatency: Date.now() - startedAt })
    if (reply["Response"] !== "True") throw new Error(String(reply["Error"]))
    return reply
  }

  return (event: SQSEvent) =>
    forEachRecord(event, async ({ body, messageId }) => {
      const { runDate, movie } = JSON.parse(body)
      const { imdbId, rank, title, ...list } = movie
      const bucket = variable("MOVIES_BUCKET")
      const objectKey = `enriched/run_date=${runDate}/${imdbId}.json`
      if ((await getText(s3, bucket, objectKey)) === undefined) {
        const omdb = detailsOf(await fetchReply(imdbId))
        const enrichedAt = new Date().toISOString()
        await putJson(s3, bucket, objectKey, { runDate, rank, imdbId, title, list, omdb, enrichedAt })
      }
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: variable("EXPORTS_QUEUE_URL"),
          MessageBody: JSON.stringify({ version: 1, type: "movie", runDate, imdbId, outcome: "enriched" }),
          MessageGroupId: runDate,
          MessageDeduplicationId: messageId
        })
      )
      metric({ MoviesEnriched: 1 })
      log("Movie enriched", { runDate, imdbId })
    })
}
