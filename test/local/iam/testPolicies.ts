import { identityPolicy, type Policy, resourcePolicy } from "../../../local/iam/policy.ts"

/** A statement as a program declares it. */
export type DeclaredStatement = Readonly<Record<string, unknown>>

export const document = (...Statement: ReadonlyArray<DeclaredStatement>): string =>
  JSON.stringify({ Version: "2012-10-17", Statement })

export const identity = (...statements: ReadonlyArray<DeclaredStatement>): Policy =>
  identityPolicy("identity-policy", document(...statements))

export const onResource = (...statements: ReadonlyArray<DeclaredStatement>): Policy =>
  resourcePolicy("resource-policy", document(...statements))

export const account = "000000000000"
export const region = "eu-central-1"
export const arn = {
  role: (name: string) => `arn:aws:iam::${account}:role/${name}`,
  bucket: (name: string) => `arn:aws:s3:::${name}`,
  queue: (name: string) => `arn:aws:sqs:${region}:${account}:${name}`,
  function: (name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  log: (group: string, stream: string) => `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:${stream}`,
  table: (name: string) => `arn:aws:dynamodb:${region}:${account}:table/${name}`
}
