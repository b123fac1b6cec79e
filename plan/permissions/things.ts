import { listed, type Nouns, noun } from "../nouns.ts"
import type { Fact } from "./Fact.ts"
import { type Statement, texts } from "./statements.ts"

const operators: Readonly<Record<string, string>> = {
  ArnEquals: "is",
  ArnLike: "is like",
  Bool: "is",
  StringEquals: "is",
  StringLike: "is like",
  StringNotEquals: "is not"
}

/** A statement's condition: `where s3:prefix is like csv/*`. An operator that is not known here is named. */
export const conditionWords = (condition: Statement["Condition"], { nounOf }: Nouns): string => {
  const tests = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      const words = operators[operator] ?? `passes ${operator} of`
      return `${key} ${words} ${texts(values).map(nounOf).join(" or ")}`
    })
  )
  return tests.length === 0 ? "" : `where ${listed(tests)}`
}

const objectOutside = /^arn:aws:s3:::([^/]+)\/(.+)$/
const indexOfTable = /^\/index\/(.+)$/

/** What a policy's resource is, in words; one that is not known here stays as it is. */
export const thing = (arn: string, { within }: Nouns): Pick<Fact, "object" | "key"> => {
  const found = within(arn)
  if (found === undefined) {
    const [, bucket, key] = objectOutside.exec(arn) ?? []
    if (bucket === undefined || key === undefined) return { object: arn }
    return { object: `the bucket ${bucket} outside the stack`, key }
  }
  const { resource, rest } = found
  const owner = noun(resource)
  if (rest === "") return { object: owner }
  if (resource.type === "aws:s3/bucket:Bucket" && rest.startsWith("/")) return { object: owner, key: rest.slice(1) }
  if (resource.type === "aws:cloudwatch/logGroup:LogGroup" && rest === ":log-stream:*") return { object: owner }
  const [, index] = indexOfTable.exec(rest) ?? []
  return { object: index === undefined ? `${owner} (${rest})` : `the index ${index} of ${owner}` }
}
