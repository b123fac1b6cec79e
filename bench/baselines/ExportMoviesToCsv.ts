import { createHash } from "node:crypto"
import type { S3Client } from "@aws-sdk/client-s3"
import type { SQSEvent } from "aws-lambda"
import { stringify } from "csv-stringify/sync"
import { log, metric, variable } from "./plain.ts"
import { getText, listObjects, putJson, putText } from "./s3.ts"

type Cell = string | number | ReadonlyArray<string> | undefined

const cellOf = (value: Cell) => (Array.isArray(value) ? value.join("|") : value)

const rowOf = ({ list, omdb, ...movie }: Readonly<Record<string, Record<string, Cell>>>): Record<string, unknown> => {
  const { raw: _, ratings: __, imdbId: ___, title: omdbTitle, year: ____, ...details } = omdb ?? {}
  return { ...movie, ...list, ...details, omdbTitle }
}

export const handlerOf =
  ({ s3 }: { readonly s3: S3Client }) =>
  async ({ Records }: SQSEvent) => {
    const bucket = variable("MOVIES_BUCKET")
    for (const runDate of new Set(Records.map(({ body }) => String(JSON.parse(body).runDate)))) {
      const roster = JSON.parse((await getText(s3, bucket, `runs/run_date=${runDate}/roster.json`)) ?? "")
      const objects = await listObjects(s3, bucket, `enriched/run_date=${runDate}/`)
      const gaps = await listObjects(s3, bucket, `gaps/run_date=${runDate}/`)
      if (objects.length + gaps.length < roster.total) continue
      await getText(s3, bucket, `runs/run_date=${runDate}/manifest.json`)
      const texts = await Promise.all(objects.map(({ key }) => getText(s3, bucket, key)))
      const rows = texts
        .map((text) => rowOf(JSON.parse(text ?? "")))
        .sort((a, b) => Number(a["rank"]) - Number(b["rank"]))
      const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
      const cells = rows.map((row) => columns.map((name) => cellOf(row[name] as Cell)))
      const csv = stringify([columns, ...cells], { record_delimiter: "windows" })
      const csvKey = `csv/run_date=${runDate}/movies.csv`
      await listObjects(s3, bucket, csvKey)
      await putText(s3, bucket, csvKey, csv, "text/csv; charset=utf-8")
      const sha256 = createHash("sha256").update(csv).digest("hex")
      const manifest = { runDate, complete: rows.length === roster.total, total: roster.total, enriched: rows.length }
      await putJson(s3, bucket, `runs/run_date=${runDate}/manifest.json`, {
        ...manifest,
        csvKey,
        sha256,
        madeOf: objects
      })
      metric({ RunsPublished: 1, RunsCompleted: 1 })
      log("Run exported", { runDate, enriched: rows.length })
    }
    return { batchItemFailures: [] }
  }
