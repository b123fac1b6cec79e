import { type AttributeValue, paginateScan } from "@aws-sdk/client-dynamodb"
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import type { LocalStack } from "../LocalStack.ts"

/** All keys of a bucket that begin with the prefix, in S3's order. */
export const listKeys = async (s3: S3Client, bucket: string, prefix = ""): Promise<ReadonlyArray<string>> => {
  const keys: Array<string> = []
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])))
  }
  return keys
}

/** An object's bytes; undefined where there is none. */
export const readBytes = async (s3: S3Client, bucket: string, key: string): Promise<Uint8Array | undefined> => {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return await Body?.transformToByteArray()
  } catch (cause) {
    if (cause instanceof Error && cause.name === "NoSuchKey") return undefined
    throw cause
  }
}

/** An object's text; undefined where there is none. */
export const readText = async (s3: S3Client, bucket: string, key: string): Promise<string | undefined> => {
  const bytes = await readBytes(s3, bucket, key)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8")
}

/** All items of a table, as plain JSON. */
export const readTableItems = async (
  { cloud }: LocalStack,
  table: string
): Promise<ReadonlyArray<Record<string, unknown>>> => {
  const items: Array<Record<string, AttributeValue>> = []
  for await (const { Items = [] } of paginateScan({ client: cloud.clients.dynamoDb }, { TableName: table })) {
    items.push(...Items)
  }
  return items.map((item) => unmarshall(item))
}
