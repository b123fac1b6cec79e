import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Struct from "effect/Struct"
import { isSameDataset, notificationOf, subjectOf } from "../domain/DatasetNotification.ts"
import { analyticsNames, runDateOfManifestKey } from "../domain/keys.ts"
import type { Manifest } from "../domain/Run.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { variable } from "../domain/variables.ts"
import { analyticsCsvs } from "../report/analytics.ts"
import { dayReport } from "../report/DayReport.ts"
import { renderPage } from "../report/page/renderPage.ts"
import { readSources } from "../report/readSources.ts"
import { whenValid } from "../services/documents.ts"
import { ReportStore } from "../services/ReportStore.ts"
import { RunStore } from "../services/RunStore.ts"
import { S3 } from "../services/S3.ts"
import { Sns } from "../services/Sns.ts"
import { onLambda } from "./lambda/onLambda.ts"
import { perCreatedObject } from "./lambda/perCreatedObject.ts"
import { updateLatest } from "./report/latest.ts"

/**
 * A run with a new manifest in; its report, its aggregate CSVs, `latest/` and one notification out. The manifest as it is
 * now decides, not the message: repeated and unordered messages change nothing.
 */
export const publishReport = Effect.fn("PublishReport")(function* (runDate: RunDate, topic: string) {
  const { readManifest } = yield* RunStore
  const isCurrent = (etag: string) => Effect.map(readManifest(runDate), (manifest) => manifest.etag === etag)
  for (;;) {
    // A newer manifest, published at the same time, may have been overwritten by this one, and its notification followed
    // by this one: it is then published once more.
    const { manifest, etag } = yield* publish(runDate)
    if (!(yield* isCurrent(etag))) continue
    yield* notify(manifest, topic)
    if (yield* isCurrent(etag)) return
  }
})

const publish = Effect.fnUntraced(function* (runDate: RunDate) {
  const { writeReport, writeAnalytics } = yield* ReportStore
  const sources = yield* readSources(runDate)
  const { manifest, csv, rows, etag } = sources
  const html = renderPage(dayReport(sources))
  yield* writeReport(runDate, html)
  const aggregates = analyticsCsvs(runDate, rows)
  yield* Effect.forEach(analyticsNames, (name) => writeAnalytics(name, runDate, aggregates[name]), {
    concurrency: "unbounded",
    discard: true
  })
  yield* updateLatest({ manifest, csv, html })
  yield* Effect.annotateLogs(Effect.logInfo("Report published"), { enriched: rows.length, bytes: html.length })
  return { manifest, etag }
})

/** Notifies the subscribers of what they do not have yet. The record is written after sending: at least one message. */
const notify = Effect.fnUntraced(function* (manifest: Manifest, topic: string) {
  const { readNotified, writeNotified } = yield* ReportStore
  const notification = notificationOf(manifest)
  const earlier = yield* whenValid(readNotified(manifest.runDate))
  if (Option.exists(earlier, (sent) => isSameDataset(sent, notification))) return
  const message = JSON.stringify(notification, undefined, 2)
  yield* Sns.use(({ publish }) => publish(topic, { subject: subjectOf(notification), message }))
  yield* writeNotified(notification)
  yield* Effect.annotateLogs(Effect.logInfo("Notification sent"), Struct.pick(notification, ["complete", "sha256"]))
})

const datasetTopic = Config.NonEmptyString(variable.datasetTopic)

const forEachManifest = perCreatedObject("manifest", runDateOfManifestKey)

export const handleBatch = Effect.fnUntraced(function* (event: unknown) {
  const topic = yield* datasetTopic
  return yield* forEachManifest(event, (runDate) => Effect.annotateLogs(publishReport(runDate, topic), { runDate }))
})

export const handler = onLambda(
  handleBatch,
  Layer.merge(Layer.provide(Layer.merge(RunStore.layer, ReportStore.layer), S3.layer), Sns.layer)
)
