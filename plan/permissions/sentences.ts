import { joinWords } from "../resources.ts"
import type { Permission } from "./permissions.ts"

/** In place of an action where a policy, or a statement of one, is shown as it is written. */
export const asWritten = "(as written)"

const verbs: Readonly<Record<string, string>> = {
  [asWritten]: "do as written:",
  "cloudwatch:PutMetricData": "put metrics to",
  "dynamodb:BatchWriteItem": "write batches of items to",
  "dynamodb:DeleteItem": "delete items from",
  "dynamodb:GetItem": "get items from",
  "dynamodb:PutItem": "put items in",
  "dynamodb:Query": "query",
  "dynamodb:Scan": "scan",
  "dynamodb:UpdateItem": "update items in",
  "lambda:InvokeFunction": "invoke",
  "logs:CreateLogStream": "create streams in",
  "logs:PutLogEvents": "write to",
  "s3:*": "do anything (s3:*) to",
  "s3:DeleteObject": "delete",
  "s3:GetObject": "get",
  "s3:ListBucket": "list",
  "s3:PutObject": "put",
  "secretsmanager:GetSecretValue": "read",
  "sns:Publish": "publish to",
  "sqs:ChangeMessageVisibility": "change the visibility of messages in",
  "sqs:DeleteMessage": "delete from",
  "sqs:GetQueueAttributes": "read the attributes of",
  "sqs:ReceiveMessage": "receive from",
  "sqs:SendMessage": "send to",
  "sts:AssumeRole": "take on"
}

/** An IAM action in plain words; one that is not known here stays as it is, so that it is never overlooked. */
export const verbOf = (action: string): string => verbs[action] ?? `do ${action} on`

const grouped = <A>(items: ReadonlyArray<A>, key: (item: A) => unknown): ReadonlyArray<readonly [A, ...Array<A>]> => {
  const groups = new Map<string, [A, ...Array<A>]>()
  for (const item of items) {
    const name = JSON.stringify(key(item))
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [item])
    else group.push(item)
  }
  return [...groups.values()]
}

// `enriched/ and gaps/ (…)`: the folders, and in brackets what their keys have in common below them.
const folders = (keys: ReadonlyArray<string>): string => {
  const split = keys.map((key) => {
    const end = key.indexOf("/") + 1
    return { folder: key.slice(0, end), below: key.slice(end) }
  })
  return joinWords(
    grouped(split, ({ below }) => below).map((group) => {
      const names = joinWords(group.map(({ folder }) => folder))
      return group[0].below === "*" ? names : `${names} (${group[0].below})`
    })
  )
}

const part = (keys: ReadonlyArray<string>): string => {
  const exact = keys.filter((key) => !key.includes("*"))
  const alike = keys.filter((key) => key.includes("*") && key.includes("/"))
  const others = keys.filter((key) => key.includes("*") && !key.includes("/"))
  return joinWords([
    ...(alike.length > 0 ? [`objects under ${folders(alike)}`] : []),
    ...others.map((key) => (key === "*" ? "all objects" : `objects named ${key}`)),
    ...exact.map((key) => `the object ${key}`)
  ])
}

interface Clause {
  readonly may: Permission["may"]
  readonly verbs: ReadonlyArray<string>
  readonly what: string
  readonly condition: string
}

/** What one role or service may do, a sentence without its subject each: `may send to the exports queue`. */
export const permissionSentences = (facts: ReadonlyArray<Permission>): ReadonlyArray<string> => {
  // First the actions on one thing, then the keys on which they are the same, then the things.
  const things = grouped(facts, ({ may, object, key, condition }) => [may, object, key, condition]).map((group) => ({
    ...group[0],
    verbs: [...new Set(group.map(({ action }) => verbOf(action)))]
  }))
  const clauses = grouped(things, ({ may, object, key, condition, verbs }) => [
    may,
    object,
    key === undefined,
    condition,
    verbs
  ]).map((group): Clause => {
    const { may, object, condition, verbs } = group[0]
    const keys = group.flatMap(({ key }) => (key === undefined ? [] : [key]))
    return { may, verbs, condition, what: keys.length === 0 ? object : `${part(keys)} in ${object}` }
  })
  return grouped(clauses, ({ may, verbs, condition }) => [may, verbs, condition]).map((group) => {
    const { may, verbs, condition } = group[0]
    const what = joinWords(group.map((clause) => clause.what))
    return `${may} ${joinWords(verbs)} ${what}${condition === "" ? "" : `, ${condition}`}`
  })
}
