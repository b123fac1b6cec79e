import { expect, it, onTestFinished } from "vitest"
import { type OmdbOptions, startOmdb } from "../../../local/omdb/startOmdb.ts"

const starting = async (options: OmdbOptions) => {
  const omdb = await startOmdb(options)
  onTestFinished(omdb.close)
  const error = async (key: string) => {
    const answer: unknown = await (await fetch(`${omdb.url}/?apikey=${key}&i=tt0111161`)).json()
    return answer !== null && typeof answer === "object" && "Error" in answer ? answer.Error : "none"
  }
  return { omdb, error }
}

it("accepts every key of a set", async () => {
  const { error } = await starting({ key: new Set(["blue", "green"]) })
  expect([await error("blue"), await error("green"), await error("red")]).toEqual(["none", "none", "Invalid API key!"])
})

it("takes an empty key for none", async () => {
  const { error } = await starting({ key: "" })
  expect(await error("")).toBe("No API key provided.")
})

it("changes its keys while it runs", async () => {
  const { omdb, error } = await starting({ key: "old" })
  omdb.setKeys(new Set(["old", "new"]))
  expect([await error("old"), await error("new")]).toEqual(["none", "none"])
  omdb.setKeys("new")
  expect([await error("old"), await error("new")]).toEqual(["Invalid API key!", "none"])
})

it("refuses a key beyond its daily limit, until the next day", async () => {
  const { omdb, error } = await starting({ key: "good", quotaAfter: 2 })
  expect([await error("good"), await error("good")]).toEqual(["none", "none"])
  expect([await error("good"), await error("good")]).toEqual(["Request limit reached!", "Request limit reached!"])
  expect(omdb.calls.at(-1)).toMatchObject({ keyAccepted: true, status: 401 })
  omdb.reset()
  expect(await error("good")).toBe("none")
})

it("counts each key's calls on its own, and none of a key it refuses", async () => {
  const { omdb, error } = await starting({ key: "one", quotaAfter: 1 })
  expect([await error("two"), await error("two")]).toEqual(["Invalid API key!", "Invalid API key!"])
  expect([await error("one"), await error("one")]).toEqual(["none", "Request limit reached!"])
  omdb.setKeys(new Set(["one", "two"]))
  expect([await error("two"), await error("one")]).toEqual(["none", "Request limit reached!"])
})

it("is over its limit from the first call when none are left", async () => {
  const { error } = await starting({ key: "good", quotaAfter: 0 })
  expect(await error("good")).toBe("Request limit reached!")
})

it("uses up a rule only on calls whose key it accepts", async () => {
  const { omdb, error } = await starting({ key: "good" })
  omdb.addRule({ times: 1, answer: { kind: "errorGettingData" } })
  expect([await error("bad"), await error("good"), await error("good")]).toEqual([
    "Invalid API key!",
    "Error getting data.",
    "none"
  ])
})
