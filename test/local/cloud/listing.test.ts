import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3"
import { expect, it } from "vitest"
import { startTestCloud } from "./testCloud.ts"

const bucketOf = async (keys: ReadonlyArray<string>) => {
  const { clients, createBucket, region } = await startTestCloud()
  await createBucket("movies", region)
  const left = keys.values()
  const putTheRest = async () => {
    for (const Key of left) await clients.s3.send(new PutObjectCommand({ Bucket: "movies", Key, Body: Key }))
  }
  await Promise.all(Array.from({ length: 8 }, putTheRest))
  const list = (more = {}) => clients.s3.send(new ListObjectsV2Command({ Bucket: "movies", ...more }))
  const listAll = async (more = {}) => {
    const [found, prefixes]: [Array<string | undefined>, Array<string | undefined>] = [[], []]
    for await (const page of paginateListObjectsV2({ client: clients.s3 }, { Bucket: "movies", ...more })) {
      found.push(...(page.Contents ?? []).map(({ Key }) => Key))
      prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix))
    }
    return { found, prefixes }
  }
  return { s3: clients.s3, list, listAll }
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

it("lists 1,200 keys of mixed case completely and in the order of their bytes", async () => {
  const keys = Array.from({ length: 1200 }, (_, n) => `${n % 2 ? "Key" : "key"}-${n % 3 ? "a" : "É"}-${n}`)
  const { list, listAll } = await bucketOf(keys)
  expect((await listAll()).found).toEqual(keys.toSorted(byBytes))
  expect(await list()).toMatchObject({ IsTruncated: true, KeyCount: 1000, MaxKeys: 1000 })
})

it("orders by UTF-8, which is not how JavaScript compares", async () => {
  const keys = ["😀", "\uFF5E", "z", "a", "B"]
  const { listAll } = await bucketOf(keys)
  expect((await listAll()).found).toEqual(["B", "a", "z", "\uFF5E", "😀"])
})

it("tells size, tag and time of each object", async () => {
  const { list } = await bucketOf(["one & <only>"])
  const { Contents } = await list()
  expect(Contents).toEqual([
    {
      Key: "one & <only>",
      Size: 12,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      LastModified: expect.any(Date),
      StorageClass: "STANDARD"
    }
  ])
})

it("keeps to the prefix, to what comes after a key, and to the size of a page", async () => {
  const { listAll } = await bucketOf(["a", "b/1", "b/2", "b/3", "c"])
  expect((await listAll({ Prefix: "b/", MaxKeys: 2 })).found).toEqual(["b/1", "b/2", "b/3"])
  expect((await listAll({ Prefix: "b/", StartAfter: "b/1" })).found).toEqual(["b/2", "b/3"])
  expect((await listAll({ StartAfter: "b/3" })).found).toEqual(["c"])
  expect((await listAll({ Prefix: "nothing" })).found).toEqual([])
})

it("counts each group under the delimiter once, over pages too", async () => {
  const { listAll } = await bucketOf(["a/1", "a/2", "b", "c/1", "c/2", "d"])
  for (const MaxKeys of [1, 2, 3, 1000]) {
    expect(await listAll({ Delimiter: "/", MaxKeys })).toEqual({ found: ["b", "d"], prefixes: ["a/", "c/"] })
  }
})

it("encodes keys when asked to", async () => {
  const { list } = await bucketOf(["a b/é"])
  expect((await list({ EncodingType: "url" })).Contents?.[0]?.Key).toBe(encodeURIComponent("a b/é"))
})

it("lists no object that was deleted, and one that was replaced once", async () => {
  const { s3, list } = await bucketOf(["kept", "gone"])
  await s3.send(new PutObjectCommand({ Bucket: "movies", Key: "kept", Body: "longer than before" }))
  await s3.send(new DeleteObjectCommand({ Bucket: "movies", Key: "gone" }))
  expect((await list()).Contents).toMatchObject([{ Key: "kept", Size: 18 }])
})
