import * as Schema from "effect/Schema"
import { DatasetNotification, isSameDataset, notificationOf } from "../../domain/DatasetNotification.ts"
import {
  analyticsKey,
  analyticsNames,
  csvKey,
  latestKey,
  manifestKey,
  notifiedKey,
  reportKey
} from "../../domain/keys.ts"
import { digest } from "../../services/digest.ts"
import { type Invariant, manifestVersions, objectVersions, unless } from "./historyInvariants.ts"
import { decoder } from "./RunSnapshot.ts"
import type { SimulatedSystem } from "./SimulatedSystem.ts"

const decodeNotification = decoder(DatasetNotification)
const decodeMessage = Schema.decodeUnknownSync(Schema.fromJsonString(DatasetNotification))

const textIn =
  ({ account, declared }: SimulatedSystem) =>
  (key: string) =>
    account.buckets.get(declared.outputs.moviesBucket)?.get(key)?.text

export const reportMatchesManifest: Invariant = (system) =>
  system.runs.flatMap(({ runDate, manifest, csv = "", deadLetters }) => {
    // After a failure of stage 3 between a CSV and its manifest, there is no report of the CSV yet.
    if (manifest === undefined || manifest.sha256 !== digest("sha256", csv) || deadLetters.reports.length > 0) return []
    const text = textIn(system)
    const notified = text(notifiedKey(runDate))
    const isNotified =
      notified !== undefined && isSameDataset(decodeNotification({ text: notified }), notificationOf(manifest))
    return [
      ...unless(
        text(reportKey(runDate))?.includes(manifest.sha256) === true,
        `${runDate}: the report is of another CSV`
      ),
      ...analyticsNames.flatMap((name) =>
        unless(
          text(analyticsKey(name, runDate)) !== undefined,
          `${runDate}: there is no ${analyticsKey(name, runDate)}`
        )
      ),
      ...unless(isNotified, `${runDate}: subscribers were not notified of the manifest`)
    ]
  })

export const notificationsWereSent: Invariant = (system) => {
  const sent = system.account.published.map(({ message }) => decodeMessage(message))
  return objectVersions(system)
    .filter(({ key }) => key.endsWith("/notified.json"))
    .map(decodeNotification)
    .filter((recorded) => !sent.some((each) => each.runDate === recorded.runDate && isSameDataset(each, recorded)))
    .map(({ runDate }) => `${runDate}: a notification is recorded that was not sent`)
}

export const latestIsNewest: Invariant = (system) => {
  if (system.runs.some(({ deadLetters }) => deadLetters.reports.length > 0)) return []
  const dates = manifestVersions(system)
    .filter(({ value }) => value.enriched > 0)
    .map(({ value }) => value.runDate)
  const newest = dates.toSorted().at(-1)
  const run = system.runs.find(({ runDate }) => runDate === newest)
  // A manifest without a row does not replace one that had some.
  if (newest === undefined || run?.manifest?.enriched === 0) return []
  const text = textIn(system)
  const isPublished = run?.manifest?.sha256 === digest("sha256", run?.csv ?? "")
  const copies = [
    [latestKey.manifest, manifestKey(newest)],
    [latestKey.csv, csvKey(newest)],
    [latestKey.report, reportKey(newest)]
  ] as const
  return copies
    .filter(([copy, original]) => isPublished && text(copy) !== text(original))
    .map(([copy, original]) => `${copy} is not equal to ${original}`)
}
