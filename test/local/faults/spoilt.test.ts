import { assert, describe, it } from "@effect/vitest"
import { corruptList } from "../../../local/faults/sourceFaults.ts"

const rows = ["tt3", "tt1", "tt2"].map((id, index) => ({ id, rank: `${index + 1}` }))
const text = JSON.stringify({ items: rows, errorMessage: "" })
const ids = (list: string): ReadonlyArray<string> => JSON.parse(list).items.map(({ id }: { id: string }) => id)

describe("a list with something the matter with it", () => {
  it("is shorter, has a row twice or rows in another order", () => {
    assert.deepStrictEqual(ids(corruptList(text, { kind: "short", rows: 2 })), ["tt3", "tt1"])
    assert.deepStrictEqual(ids(corruptList(text, { kind: "duplicated" })), ["tt3", "tt1", "tt2", "tt3"])
    assert.deepStrictEqual(ids(corruptList(text, { kind: "shuffled" })), ["tt1", "tt2", "tt3"])
  })

  it("is empty, too long, another text or written otherwise", () => {
    assert.strictEqual(corruptList(text, { kind: "empty" }), "")
    assert.strictEqual(corruptList(text, { kind: "text", text: "no" }), "no")
    assert.strictEqual(corruptList(text, { kind: "long", bytes: 1_000 }).length, 1_000)
    assert.strictEqual(corruptList("a\nb\r\nc", { kind: "crlf" }), "a\r\nb\r\nc")
    assert.strictEqual(corruptList("a", { kind: "byteOrderMark" }), "\uFEFFa")
  })

  it("stays as it is where it has no rows to change", () => {
    assert.strictEqual(corruptList("no list", { kind: "short", rows: 2 }), "no list")
  })
})
