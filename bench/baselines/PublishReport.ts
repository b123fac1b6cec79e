import type { S3Client } from "@aws-sdk/client-s3"
import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns"
import type { SQSEvent } from "aws-lambda"
import { parse } from "csv-parse/sync"
import { stringify } from "csv-stringify/sync"
import type { EChartsOption, init } from "echarts"
import { createdKeys, forEachRecord, log, runDateIn, variable } from "./plain.ts"
import { getText, listObjects, putJson, putText } from "./s3.ts"

interface Dependencies {
  readonly s3: S3Client
  readonly sns: SNSClient
  readonly echarts: { readonly init: typeof init }
}

type Row = Readonly<Record<string, string>>

const csvType = "text/csv; charset=utf-8"
const folders = ["genres", "countries", "decades", "directors", "box_office", "ratings"]

const counted = (rows: ReadonlyArray<Row>, values: (row: Row) => ReadonlyArray<string>) => {
  const counts = new Map<string, number>()
  for (const value of rows.flatMap(values)) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)
}

const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

export const handlerOf = ({ s3, sns, echarts }: Dependencies) => {
  const svgOf = (option: EChartsOption, height: number) => {
    const chart = echarts.init(null, undefined, { renderer: "svg", ssr: true, width: 640, height })
    chart.setOption({ ...option, animation: false })
    const svg = chart.renderToSVGString()
    chart.dispose()
    return svg
  }
  const bars = (title: string, counts: ReadonlyArray<readonly [string, number]>) => ({
    title,
    svg: svgOf(
      {
        yAxis: { type: "category", data: counts.map(([name]) => name), inverse: true },
        xAxis: { type: "value" },
        series: { type: "bar", data: counts.map(([, count]) => count), label: { show: true } }
      },
      24 * counts.length + 24
    )
  })
  const points = (title: string, x: string, y: string, rows: ReadonlyArray<Row>) => ({
    title,
    svg: svgOf(
      {
        xAxis: { type: "value", scale: true },
        yAxis: { type: "value", scale: true },
        series: { type: "scatter", data: rows.map((row) => [Number(row[x]), Number(row[y])]) }
      },
      320
    )
  })

  return (event: SQSEvent) =>
    forEachRecord(event, async ({ body }) => {
      const bucket = variable("MOVIES_BUCKET")
      for (const { key } of createdKeys(body)) {
        const runDate = runDateIn(key)
        const manifest = JSON.parse((await getText(s3, bucket, key)) ?? "")
        const csv = (await getText(s3, bucket, manifest.csvKey)) ?? ""
        const rows: ReadonlyArray<Row> = parse(csv, { columns: true })
        const earlier = (await listObjects(s3, bucket, "csv/")).filter((object) => object.key !== manifest.csvKey)
        const history = await Promise.all(earlier.slice(-30).map((object) => getText(s3, bucket, object.key)))
        const parsed = history.map((text): ReadonlyArray<Row> => parse(text ?? "", { columns: true }))

        const charts = [
          points("Ratings", "imdb_rating", "rotten_tomatoes", rows),
          bars(
            "Decades",
            counted(rows, ({ year = "" }) => [`${year.slice(0, 3)}0s`])
          ),
          bars(
            "Runtime",
            counted(rows, (row) => [`${Math.floor(Number(row["runtime_minutes"]) / 20) * 20}`])
          ),
          bars(
            "Genres",
            counted(rows, ({ genres = "" }) => genres.split("|"))
          ),
          bars(
            "Countries",
            counted(rows, ({ countries = "" }) => countries.split("|"))
          ),
          points("Box office", "year", "box_office_usd", rows)
        ]
        const cards = rows.map(
          ({ rank, title = "", year, plot = "" }) =>
            `<article><h3>${rank}. ${escaped(title)} (${year})</h3><p>${escaped(plot)}</p></article>`
        )
        const sections = charts.map(({ title, svg }) => `<figure><figcaption>${title}</figcaption>${svg}</figure>`)
        const html = `<!DOCTYPE html><html lang="en"><title>${runDate}</title><body><p>${parsed.length} earlier days</p>${cards.join("")}${sections.join("")}</body></html>`
        await putText(s3, bucket, `reports/run_date=${runDate}/index.html`, html, "text/html; charset=utf-8")
        await Promise.all(
          folders.map((name) => {
            const counts = counted(rows, (row) => (row[name === "decades" ? "year" : name] ?? "").split("|"))
            const text = stringify([["name", "movies"], ...counts], { record_delimiter: "windows" })
            return putText(s3, bucket, `analytics/${name}/run_date=${runDate}/${name}.csv`, text, csvType)
          })
        )
        await getText(s3, bucket, "latest/manifest.json")
        await putText(s3, bucket, "latest/movies.csv", csv, csvType)
        await putText(s3, bucket, "latest/index.html", html, "text/html; charset=utf-8")
        await putJson(s3, bucket, "latest/manifest.json", manifest)
        const Message = JSON.stringify({ runDate, enriched: rows.length, csvKey: manifest.csvKey })
        await sns.send(
          new PublishCommand({ TopicArn: variable("DATASET_TOPIC_ARN"), Subject: `Movies of ${runDate}`, Message })
        )
        log("Report published", { runDate, bytes: html.length })
      }
    })
}
