import { randomBytes } from "node:crypto"
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand
} from "@aws-sdk/client-s3"
import { describe, expect, it } from "vitest"
import { maxDocumentBytes } from "../../../services/documents.ts"
import { createBucket, recordObjects, s3ClientAs, sendRaw, signedHeaders, startSharedCloud } from "./testCloud.ts"

const cloud = await startSharedCloud()
const { s3 } = cloud.clients

const newBucket = async () => {
  const Bucket = await createBucket(cloud)
  const put = (Key: string, Body: string | Uint8Array, more = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
  const get = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    return Buffer.from((await Body?.transformToByteArray()) ?? "none")
  }
  return { Bucket, put, get }
}

/** Holds calls back until this many have arrived. */
const executeTogether = (count: number) => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  let arrived = 0
  cloud.interceptCall = () => {
    if (++arrived === count) resolve(undefined)
    return promise
  }
}

describe("S3 objects", () => {
  it("stores an object under its exact key, even if a URL parser would change the key", async () => {
    const { put, get } = await newBucket()
    const longest = "k".repeat(1024)
    const keys = ["a/../b", "b", "a/./b", "a//b", "a/b", "/b", "Léon/WALL·E 🎬.json", "a+b", "a%2Fb", "?&=#", longest]
    for (const key of keys) await put(key, `body of ${key}`)
    for (const key of keys) expect((await get(key)).toString()).toBe(`body of ${key}`)
  })

  it("accepts a binary object and an empty one, and keeps content type and metadata", async () => {
    const { Bucket, put, get } = await newBucket()
    const bytes = randomBytes(1024 * 1024)
    await put("random.bin", bytes)
    expect((await get("random.bin")).equals(bytes)).toBe(true)
    expect(await sendRaw(cloud, `/${Bucket}/empty`, signedHeaders(cloud, "s3"), "PUT")).toMatchObject({ status: 200 })
    expect((await get("empty")).length).toBe(0)
    await put("list", '{"a":1}', { ContentType: "application/json", Metadata: { origin: "imdb" } })
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "list" }))).toMatchObject({
      ContentType: "application/json",
      ContentLength: 7,
      Metadata: { origin: "imdb" }
    })
  })

  it("accepts a document of the pipeline's limit of 25 MB, and rejects an object of more than 64 MB", async () => {
    const { put, get } = await newBucket()
    await put("movies.csv", Buffer.alloc(maxDocumentBytes), { ContentType: "text/csv; charset=utf-8" })
    expect(await get("movies.csv")).toHaveLength(maxDocumentBytes)
    await expect(put("big", Buffer.alloc(65 * 1024 * 1024))).rejects.toMatchObject({ name: "EntityTooLarge" })
  })
})

describe("conditional puts", () => {
  it("accepts one of many puts with If-None-Match, and rejects later ones", async () => {
    const { put } = await newBucket()
    executeTogether(20)
    const puts = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => put("a", `${n}`, { IfNoneMatch: "*" })))
    expect(puts.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
    await expect(put("a", "second", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
      $metadata: { httpStatusCode: 412 }
    })
  })

  it("replaces only the object of the ETag in If-Match", async () => {
    const { put, get } = await newBucket()
    const { ETag } = await put("a", "first")
    await put("a", "second", { IfMatch: ETag })
    await expect(put("a", "third", { IfMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" })
    await expect(put("missing", "first", { IfMatch: ETag })).rejects.toMatchObject({ name: "NoSuchKey" })
    expect((await get("a")).toString()).toBe("second")
  })
})

describe("S3 buckets", () => {
  it("redirects a request that is signed for another region, and the SDK can follow", async () => {
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
  })

  it("creates a bucket once", async () => {
    const create = new CreateBucketCommand({ Bucket: "created" })
    await s3.send(create)
    await expect(s3.send(create)).rejects.toMatchObject({ name: "BucketAlreadyOwnedByYou" })
  })

  it.each(["missing", "_fauxqs", "health"])("reports NoSuchBucket for %s, which was not created", async (Bucket) => {
    const get = new GetObjectCommand({ Bucket, Key: "queues" })
    await expect(s3.send(get)).rejects.toMatchObject({ name: "NoSuchBucket" })
  })

  it("rejects tags, copies and multipart uploads, without a change to the object", async () => {
    const { Bucket, put, get } = await newBucket()
    await put("a", "body")
    const object = { Bucket, Key: "a" }
    const calls = [
      s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [] } })),
      s3.send(new CopyObjectCommand({ ...object, CopySource: `${Bucket}/b` })),
      s3.send(new CreateMultipartUploadCommand(object))
    ]
    const error = { name: "NotImplemented", $metadata: { httpStatusCode: 501 } }
    await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject(error)))
    expect((await get("a")).toString()).toBe("body")
  })

  it("lists size, ETag and time of each object, and no deleted ones", async () => {
    const { Bucket, put } = await newBucket()
    for (const key of ["a é", "deleted", "one & <only>"]) await put(key, key)
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "deleted" }))
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: "a é" }))
    expect(Contents).toEqual([
      {
        Key: "one & <only>",
        Size: 12,
        ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
        LastModified: expect.any(Date),
        StorageClass: "STANDARD"
      }
    ])
    const encoded = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: "url", MaxKeys: 1 }))
    expect(encoded.Contents?.map(({ Key }) => Key)).toEqual([encodeURIComponent("a é")])
  })
})

describe("ObjectCreated events", () => {
  it("emits an event for each created object, in order, before the client has its reply", async () => {
    const { Bucket, put } = await newBucket()
    const objects = recordObjects(cloud)
    const { ETag } = await put("put é", "four")
    expect(objects).toHaveLength(1)
    const again = await put("put é", "again")
    expect(objects).toHaveLength(2)
    await expect(put("put é", "rejected", { IfNoneMatch: "*" })).rejects.toThrow()
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "put é" }))
    const created = (size: number, eTag: string | undefined) => ({
      bucket: Bucket,
      principal: cloud.admin.arn,
      sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
      at: expect.any(Number),
      eventName: "ObjectCreated:Put",
      key: "put é",
      size,
      eTag: eTag?.replaceAll('"', "")
    })
    expect(objects).toEqual([created(4, ETag), created(5, again.ETag)])
    const sequencers = objects.map(({ sequencer }) => sequencer)
    expect(sequencers).toEqual([...new Set(sequencers)].toSorted())
  })

  it("gives the greatest sequencer to the write that remains", async () => {
    const { put, get } = await newBucket()
    const objects = recordObjects(cloud)
    executeTogether(30)
    await Promise.all(Array.from({ length: 30 }, (_, n) => put("same", "x".repeat(n + 1))))
    const latest = objects.toSorted((a, b) => (a.sequencer < b.sequencer ? -1 : 1)).at(-1)
    expect((await get("same")).length).toBe(latest?.size)
  })
})
