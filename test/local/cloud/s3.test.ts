import { randomBytes } from "node:crypto"
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand
} from "@aws-sdk/client-s3"
import { expect, it } from "vitest"
import { recordObjects, s3ClientAs, sendRaw, startTestCloud } from "./testCloud.ts"

const aBucket = async () => {
  const cloud = await startTestCloud()
  await cloud.createBucket("movies", cloud.region)
  const { s3 } = cloud.clients
  const put = (Key: string, Body: string | Uint8Array, more = {}) =>
    s3.send(new PutObjectCommand({ Bucket: "movies", Key, Body, ...more }))
  const get = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "movies", Key }))
    return Buffer.from((await Body?.transformToByteArray()) ?? "none")
  }
  return { cloud, s3, put, get }
}

it("gives back 4 MB of any bytes as they were put", async () => {
  const { put, get } = await aBucket()
  const bytes = randomBytes(4 * 1024 * 1024)
  await put("noise.bin", bytes)
  expect((await get("noise.bin")).equals(bytes)).toBe(true)
})

it("keeps keys apart that a URL parser would make one, and those that are not ASCII", async () => {
  const { put, get } = await aBucket()
  const keys = ["a/../b", "b", "a/./b", "a//b", "a/b", "/b", "Léon/WALL·E 🎬.json", "a+b", "a b", "a%2Fb", "?&=#"]
  for (const key of keys) await put(key, `body of ${key}`)
  for (const key of keys) expect((await get(key)).toString()).toBe(`body of ${key}`)
})

it("takes an object that is empty and one whose key is as long as can be", async () => {
  const { put, get } = await aBucket()
  await put("empty", "", { ContentLength: 0 })
  expect((await get("empty")).length).toBe(0)
  const key = "k".repeat(1024)
  await put(key, "long")
  expect((await get(key)).toString()).toBe("long")
})

it("keeps content type and metadata, and tells the size without the body", async () => {
  const { s3, put } = await aBucket()
  await put("list.json", '{"a":1}', { ContentType: "application/json", Metadata: { origin: "imdb" } })
  expect(await s3.send(new HeadObjectCommand({ Bucket: "movies", Key: "list.json" }))).toMatchObject({
    ContentType: "application/json",
    ContentLength: 7,
    Metadata: { origin: "imdb" }
  })
})

it("refuses more than it can hold as S3 would", async () => {
  const { put } = await aBucket()
  await expect(put("big", Buffer.alloc(12 * 1024 * 1024))).rejects.toMatchObject({ name: "EntityTooLarge" })
})

it("does not overwrite an object that is there when asked not to", async () => {
  const { put, get } = await aBucket()
  await put("manifest", "first", { IfNoneMatch: "*" })
  await expect(put("manifest", "second", { IfNoneMatch: "*" })).rejects.toMatchObject({
    name: "PreconditionFailed",
    $metadata: { httpStatusCode: 412 }
  })
  expect((await get("manifest")).toString()).toBe("first")
})

it("overwrites an object only if it is still the one that was read", async () => {
  const { put, get } = await aBucket()
  const { ETag } = await put("manifest", "first")
  await put("manifest", "second", { IfMatch: ETag })
  await expect(put("manifest", "third", { IfMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" })
  await expect(put("other", "first", { IfMatch: ETag })).rejects.toMatchObject({ name: "NoSuchKey" })
  expect((await get("manifest")).toString()).toBe("second")
})

it("lets exactly one of many win who put on the same condition at once", async () => {
  const { put } = await aBucket()
  const puts = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => put("lock", `${n}`, { IfNoneMatch: "*" })))
  expect(puts.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
})

it("sends a request for another region to the bucket's, and the SDK can follow", async () => {
  const cloud = await startTestCloud()
  await cloud.createBucket("top-movies", "eu-central-1")
  const there = cloud.clients.s3In("eu-central-1")
  await there.send(new PutObjectCommand({ Bucket: "top-movies", Key: "list", Body: "movies" }))

  const get = new GetObjectCommand({ Bucket: "top-movies", Key: "list" })
  await expect(s3ClientAs(cloud).send(get)).rejects.toMatchObject({
    name: "PermanentRedirect",
    $metadata: { httpStatusCode: 301 },
    $response: { headers: { "x-amz-bucket-region": "eu-central-1" } }
  })
  const { Body } = await s3ClientAs(cloud, { followRegionRedirects: true }).send(get)
  expect(await Body?.transformToString()).toBe("movies")
  const { BucketRegion } = await there.send(new HeadBucketCommand({ Bucket: "top-movies" }))
  expect(BucketRegion).toBe("eu-central-1")
})

it("creates a bucket in the region of the client that creates it, once", async () => {
  const { clients } = await startTestCloud()
  const create = new CreateBucketCommand({ Bucket: "of-the-stack" })
  await clients.s3.send(create)
  await expect(clients.s3.send(create)).rejects.toMatchObject({ name: "BucketAlreadyOwnedByYou" })
  const { LocationConstraint } = await clients.s3.send(new GetBucketLocationCommand({ Bucket: "of-the-stack" }))
  expect(LocationConstraint).toBe("eu-west-1")
})

it("knows no bucket that was not created, whatever its name", async () => {
  const { clients } = await startTestCloud()
  for (const Bucket of ["missing", "_fauxqs", "health"]) {
    await expect(clients.s3.send(new GetObjectCommand({ Bucket, Key: "queues" }))).rejects.toMatchObject({
      name: "NoSuchBucket"
    })
  }
})

it("refuses what it does not know and leaves the object alone", async () => {
  const { s3, put, get } = await aBucket()
  await put("tagged", "body")
  const tag = new PutObjectTaggingCommand({ Bucket: "movies", Key: "tagged", Tagging: { TagSet: [] } })
  await expect(s3.send(tag)).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } })
  expect((await get("tagged")).toString()).toBe("body")
})

it("tells of every object that is there, in order, before its writer knows", async () => {
  const { cloud, s3, put } = await aBucket()
  const objects = recordObjects(cloud)
  const { ETag } = await put("put é", "four")
  expect(objects).toHaveLength(1)
  await s3.send(new CopyObjectCommand({ Bucket: "movies", Key: "copy", CopySource: "movies/put%20%C3%A9" }))
  const upload = { Bucket: "movies", Key: "upload" }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload))
  const part = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "in parts" }))
  expect(objects).toHaveLength(2)
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] }
  const whole = await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }))
  await expect(put("put é", "never", { IfNoneMatch: "*" })).rejects.toThrow()
  await s3.send(new DeleteObjectCommand({ Bucket: "movies", Key: "copy" }))

  const eTag = ETag?.replaceAll('"', "")
  const told = { bucket: "movies", principal: cloud.admin.arn, sequencer: expect.stringMatching(/^[0-9A-F]{16}$/) }
  expect(objects).toEqual([
    { ...told, eventName: "ObjectCreated:Put", key: "put é", size: 4, eTag, at: expect.any(Number) },
    { ...told, eventName: "ObjectCreated:Copy", key: "copy", size: 4, eTag, at: expect.any(Number) },
    {
      ...told,
      eventName: "ObjectCreated:CompleteMultipartUpload",
      key: "upload",
      size: 8,
      eTag: whole.ETag?.replaceAll('"', ""),
      at: expect.any(Number)
    }
  ])
  const sequencers = objects.map(({ sequencer }) => sequencer)
  expect(sequencers).toEqual(sequencers.toSorted())
  expect(new Set(sequencers).size).toBe(3)
})

it("numbers writes of one key in the order in which the last one stays", async () => {
  const { cloud, put, get } = await aBucket()
  const objects = recordObjects(cloud)
  await Promise.all(Array.from({ length: 30 }, (_, n) => put("same", "x".repeat(n + 1))))
  const latest = objects.toSorted((a, b) => (a.sequencer < b.sequencer ? -1 : 1)).at(-1)
  expect((await get("same")).length).toBe(latest?.size)
})

it("lets a presigned address be read without a header until it ends", async () => {
  const { cloud, put } = await aBucket()
  await put("shared", "for you")
  const at = (date: Date) =>
    `/movies/shared?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${cloud.admin.accessKeyId}%2F20261121%2F` +
    `${cloud.region}%2Fs3%2Faws4_request&X-Amz-Date=${date.toISOString().replace(/[-:]|\.\d+/g, "")}` +
    "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
  expect(await sendRaw(cloud, at(new Date()))).toEqual({ status: 200, text: "for you" })
  expect((await sendRaw(cloud, at(new Date(Date.now() - 61_000)))).status).toBe(403)
})
