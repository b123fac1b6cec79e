import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3"

/** Undefined where there is no object. */
export const getText = async (s3: S3Client, Bucket: string, Key: string): Promise<string | undefined> => {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    return await Body?.transformToString("utf-8")
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return undefined
    throw error
  }
}

export const putText = (s3: S3Client, Bucket: string, Key: string, Body: string, ContentType: string) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }))

export const putJson = (s3: S3Client, bucket: string, key: string, value: unknown) =>
  putText(s3, bucket, key, JSON.stringify(value), "application/json")

export const listObjects = async (s3: S3Client, Bucket: string, Prefix: string) => {
  const objects: Array<{ readonly key: string; readonly etag: string }> = []
  let ContinuationToken: string | undefined
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }))
    for (const { Key = "", ETag = "" } of page.Contents ?? []) objects.push({ key: Key, etag: ETag })
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
  return objects
}
