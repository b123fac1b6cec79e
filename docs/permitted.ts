import type { Registered } from "../engine/monitor.ts"
import { type Nouns, noun } from "../plan/nouns.ts"
import type { Fact } from "../plan/permissions/Fact.ts"
import { type Edge, type Node, nodeOf } from "./Edge.ts"

/** What every function does, and what the arrow of its trigger says already. */
const unsaid = /^(logs:|sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes|ChangeMessageVisibility)$)/

/** Actions whose data comes to who calls; that of all others goes the other way. */
const reading = /^\w+:(Get|List|Query|Scan)/

/** An action that is not here is shown by its own name. */
const verbs: Readonly<Record<string, string>> = {
  "dynamodb:DeleteItem": "delete",
  "dynamodb:PutItem": "put",
  "dynamodb:Query": "query",
  "s3:GetObject": "get",
  "s3:ListBucket": "list",
  "s3:PutObject": "put",
  "secretsmanager:GetSecretValue": "read",
  "sqs:SendMessage": "send"
}

/** The file of a key if all runs name it alike, such as roster.json; else its folder. */
const keyWords = (key: string): string => {
  const [folder = "", ...below] = key.split("/")
  const file = below.at(-1) ?? folder
  return file.includes("*") ? `${folder}/` : file
}

interface Arrow {
  readonly from: Node
  readonly to: Node
  readonly verb: string
  readonly key: string | undefined
}

/** `list; get roster.json, enriched/` */
const labelOf = (arrows: ReadonlyArray<Arrow>): string =>
  [...Map.groupBy(arrows, ({ verb }) => verb)]
    .map(([verb, all]) => {
      const keys = all.flatMap(({ key }) => (key === undefined ? [] : [keyWords(key)]))
      return [verb, [...new Set(keys)].join(", ")].join(" ").trim()
    })
    .join("; ")

/** An arrow for each thing that the policies let a function read or write. */
export const permitted = (holder: Registered, facts: ReadonlyArray<Fact>, nouns: Nouns): ReadonlyArray<Edge> => {
  const arrows = facts
    .filter(({ who, action }) => who === noun(holder) && !unsaid.test(action))
    .map(({ action, resource, key }): Arrow => {
      const stack = nouns.within(resource)
      const other = stack === undefined ? { kind: "outside", name: resource } : nodeOf(stack.resource)
      const ends = reading.test(action) ? { from: other, to: nodeOf(holder) } : { from: nodeOf(holder), to: other }
      return { ...ends, verb: verbs[action] ?? action, key: stack === undefined ? undefined : key }
    })
  return [...Map.groupBy(arrows, ({ from, to }) => JSON.stringify([from, to])).values()].flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : [{ from: first.from, to: first.to, label: labelOf(group) }]
  })
}
