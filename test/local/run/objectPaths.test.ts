import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { pathsOf } from "../../../local/run/objectPaths.ts"

describe("pathsOf", () => {
  const keys = ["zz/a", "zz/a/b", "zz/a/", "zz/./c", "zz/../c", "zz//c", "zz/%2E/c", "/c", "zz", "d", "d%2F", "d/e/f"]

  it("gives each key a path of its own below the folder, and no path of a file is a folder", () => {
    const paths = pathsOf(keys).map(([, path]) => path)
    assert.strictEqual(new Set(paths).size, keys.length)
    for (const path of paths) {
      assert.strictEqual(join("/out", path), `/out/${path}`)
      assert.isFalse(
        paths.some((other) => other.startsWith(`${path}/`)),
        path
      )
    }
  })
  it("shortens what is too long for a file system, and keeps it apart", () => {
    const long = ["a".repeat(300), `${"a".repeat(300)}b`, "é".repeat(200), `${"x".repeat(250)}%`, `${"y".repeat(250)}`]
    const paths = pathsOf([...long, ...long.map((key) => `${key}/b`)]).map(([, path]) => path)
    assert.strictEqual(new Set(paths).size, 2 * long.length)
    for (const part of paths.flatMap((path) => path.split("/"))) {
      assert.isAtMost(Buffer.byteLength(part), 255)
      assert.notInclude(part, "\uFFFD")
    }
    assert.include(paths, `${"y".repeat(250)}/b`)
  })
})
