import { randomUUID } from "node:crypto"
import { GetObjectCommand } from "@aws-sdk/client-s3"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { AuthorizedCall, Interception } from "../cloud/executeCall.ts"
import type { OmdbStandIn } from "../omdb/startOmdb.ts"
import { sourceListLocation } from "../ResourceNames.ts"
import { type ActiveFault, type FaultTarget, isFaultAt } from "./ActiveFault.ts"
import type { FaultAt, ListFault } from "./FaultSchedule.ts"

const File = Schema.fromJsonString(Schema.Struct({ items: Schema.Array(Schema.Json) }))
const decodeFile = Schema.decodeUnknownOption(File)

const withRows = (text: string, change: (rows: ReadonlyArray<Schema.Json>) => ReadonlyArray<Schema.Json>): string =>
  Option.match(decodeFile(text), {
    onNone: () => text,
    onSome: ({ items }) => JSON.stringify({ items: change(items), errorMessage: "" })
  })

const byText = (rows: ReadonlyArray<Schema.Json>) =>
  rows.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))

/** The list's text with something the matter with it. */
export const corruptList = (text: string, what: ListFault): string => {
  switch (what.kind) {
    case "empty":
      return ""
    case "short":
      return withRows(text, (rows) => rows.slice(0, what.rows))
    case "duplicated":
      return withRows(text, (rows) => [...rows, ...rows.slice(0, 1)])
    case "shuffled":
      // A row begins with its id.
      return withRows(text, byText)
    case "crlf":
      return text.replaceAll(/\r?\n/g, "\r\n")
    case "byteOrderMark":
      return `\uFEFF${text}`
    case "long":
      return text.padEnd(what.bytes)
    case "text":
      return what.text
    default:
      return text
  }
}

const refusal = (status: number, code: string, message: string): Interception => ({
  type: "error",
  status,
  code,
  message
})

/** What whoever reads the source list gets in its place. The object stays as it is. */
export const sourceListFaults = ({ cloud, program }: FaultTarget, faults: ReadonlyArray<ActiveFault>) => {
  const { bucket, key, region } = sourceListLocation(program)
  const ours = faults.filter(isFaultAt("list"))
  const arn = `arn:aws:s3:::${bucket}/${key}`

  return async ({ operation, resources }: AuthorizedCall): Promise<Interception | undefined> => {
    if (operation !== "GetObject" || !resources.includes(arn)) return undefined
    const what = ours.find((one) => one.tryInject())?.fault.what
    if (what === undefined) return undefined
    if (what.kind === "forbidden") return refusal(403, "AccessDenied", "Access Denied")
    if (what.kind === "missing") return refusal(404, "NoSuchKey", "The specified key does not exist.")
    const { Body } = await cloud.clients.s3In(region).send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    const body = corruptList((await Body?.transformToString()) ?? "", what)
    return { type: "reply", status: 200, headers: { "content-type": "application/json", etag: '"spoilt"' }, body }
  }
}

/** From now on the stand-in takes another key, and the secret holds it: nobody is told. */
const rotateKey = ({ cloud, program }: FaultTarget, omdb: OmdbStandIn) => {
  const key = `rotated-${randomUUID()}`
  omdb.setKeys(key)
  for (const { inputs } of program.resources.filter(({ type }) =>
    type.startsWith("aws:secretsmanager/secretVersion:")
  )) {
    cloud.secrets.put(String(inputs["secretId"]), key)
  }
}

/** Hands a fault over to the stand-in, which keeps count itself. */
export const addOmdbFault = (site: FaultTarget, omdb: OmdbStandIn, one: ActiveFault<FaultAt<"omdb">>): void => {
  const { what, times = 1, skip, imdbId } = one.fault
  const rule = {
    ...(imdbId === undefined ? {} : { imdbId }),
    ...(skip === undefined ? {} : { skip }),
    ...(times === "always" ? {} : { times })
  }
  omdb.addRule({ ...rule, answer: what.kind === "rotateKey" ? { kind: "invalidKey" } : what }, () => {
    one.recordInjection()
    if (what.kind === "rotateKey") rotateKey(site, omdb)
  })
}
