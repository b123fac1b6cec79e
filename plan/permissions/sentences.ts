import { joinWords } from "../resources.ts"
import { type Permission, wholePolicy } from "./permissions.ts"

/**
 * What one principal may do, in sentences without their subject: `may send to the exports queue`. Permissions that differ
 * in one respect only (the action, the keys of a bucket, the resource) share a sentence.
 */
export const permissionSentences = (permissions: ReadonlyArray<Permission>): ReadonlyArray<string> => {
  const targets = grouped(permissions, ({ may, object, key, condition }) => [may, object, key, condition]).map(
    (group) => ({ ...group[0], actions: [...new Set(group.map(({ action }) => action))] })
  )
  const clauses = grouped(targets, ({ may, object, key, condition, actions }) => [
    may,
    object,
    key === undefined,
    condition,
    actions
  ]).map((group) => {
    const keys = group.flatMap(({ key }) => (key === undefined ? [] : [key]))
    return { ...group[0], what: keys.length === 0 ? group[0].object : `${keyWords(keys)} in ${group[0].object}` }
  })
  return grouped(clauses, ({ may, actions, condition }) => [may, actions, condition]).map((group) => {
    const { may, actions, condition } = group[0]
    const what = joinWords(group.map((clause) => clause.what))
    if (actions.includes(wholePolicy)) return `has the policy ${what}`
    return `${may} ${joinWords(actions.map(verbOf))} ${what}${condition === "" ? "" : `, ${condition}`}`
  })
}

const grouped = <A>(items: ReadonlyArray<A>, key: (item: A) => unknown) =>
  [...Map.groupBy(items, (item) => JSON.stringify(key(item))).values()] as Array<[A, ...Array<A>]>

const keyWords = (keys: ReadonlyArray<string>): string => {
  const exact = keys.filter((key) => !key.includes("*"))
  const inFolders = keys.filter((key) => key.includes("*") && key.includes("/"))
  const others = keys.filter((key) => key.includes("*") && !key.includes("/"))
  return joinWords([
    ...(inFolders.length > 0 ? [`objects under ${folderWords(inFolders)}`] : []),
    ...others.map((key) => (key === "*" ? "all objects" : `objects named ${key}`)),
    ...exact.map((key) => `the object ${key}`)
  ])
}

/** `enriched/ and gaps/ (…)`: the folders, and in brackets the pattern that their keys share. */
const folderWords = (keys: ReadonlyArray<string>): string => {
  const split = keys.map((key) => {
    const end = key.indexOf("/") + 1
    return { folder: key.slice(0, end), pattern: key.slice(end) }
  })
  return joinWords(
    grouped(split, ({ pattern }) => pattern).map((group) => {
      const folders = joinWords(group.map(({ folder }) => folder))
      return group[0].pattern === "*" ? folders : `${folders} (${group[0].pattern})`
    })
  )
}

/** An action without words is shown by its name, so that it is not overlooked. */
const verbOf = (action: string): string => verbs[action] ?? `do ${action} on`

const verbs: Readonly<Record<string, string>> = {
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
  "sts:AssumeRole": "assume"
}
