import { chmod, readFile, writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as TestClock from "effect/testing/TestClock"
import { onTestFinished, vi } from "vitest"
import { checkClock, checkNode, checkPulumi } from "../../../operator/doctor/machine.ts"
import { checkStackFile } from "../../../operator/doctor/stackFile.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"

describe("checkNode", () => {
  it.each([
    ["24.21.0", "ok"],
    ["22.19.0", "warning"]
  ])("finds of Node %s: %s", (version, state) => assert.strictEqual(checkNode(version).state, state))
})

describe("checkPulumi", () => {
  it.live.each([
    ["v3.265.0", true, { state: "ok", detail: "Pulumi 3.265.0" }],
    ["", true, { state: "failed", detail: "pulumi version prints no version" }],
    ["", false, { state: "warning" }]
  ] as const)("finds, where pulumi prints %j and is needed: %j", ([output, isNeeded, expected]) =>
    Effect.gen(function* () {
      const folder = yield* Effect.promise(temporaryDirectory)
      const file = join(folder, "pulumi")
      yield* Effect.promise(() => writeFile(file, `#!/bin/sh\n[ "$*" = version ] && echo '${output}'\n`))
      yield* Effect.promise(() => chmod(file, 0o755))
      onTestFinished(() => void vi.unstubAllEnvs())
      vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"]}`)
      assert.deepInclude(yield* checkPulumi(isNeeded), expected)
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("checkClock", () => {
  const serverWith = (headers: Record<string, string>) =>
    HttpClient.make((request) => Effect.succeed(HttpClientResponse.fromWeb(request, new Response(null, { headers }))))
  it.effect.each([
    [{ date: "Sat, 21 Nov 2026 06:00:00 GMT" }, "ok", "as AWS's, within 30 seconds"],
    [{ date: "Sat, 21 Nov 2026 06:00:29 GMT" }, "ok", "as AWS's, within 30 seconds"],
    [{ date: "Sat, 21 Nov 2026 06:01:00 GMT" }, "warning", "1m behind AWS"],
    [{ date: "Sat, 21 Nov 2026 05:54:59 GMT" }, "failed", "5m ahead of AWS, which refuses"],
    [{}, "skipped", "https://aws.example sends no date"]
  ] as const)("finds where the server sends %j: %s", ([headers, state, detail]) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-21T06:00:00Z"))
      const found = yield* checkClock("https://aws.example").pipe(
        Effect.provideService(HttpClient.HttpClient, serverWith(headers))
      )
      assert.strictEqual(found.state, state)
      assert.isTrue(found.detail.startsWith(detail), found.detail)
    })
  )
})

describe("checkStackFile", () => {
  const root = new URL("../../..", import.meta.url)

  /** Checks a copy of the dev stack's file with one line replaced. */
  const check = (line?: RegExp, replacement = "") =>
    Effect.gen(function* () {
      const folder = yield* Effect.promise(temporaryDirectory)
      const copy = async (name: string) => {
        const text = await readFile(new URL(name, root), "utf8")
        await writeFile(
          join(folder, name),
          line === undefined || name === "Pulumi.yaml" ? text : text.replace(line, replacement)
        )
      }
      yield* Effect.promise(() => Promise.all([copy("Pulumi.yaml"), copy("Pulumi.dev.yaml")]))
      return yield* checkStackFile("dev", folder)
    })

  it.live("accepts the file of the dev stack", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* check(), {
        check: "Settings of dev",
        state: "ok",
        detail: "Pulumi.dev.yaml is valid"
      })
    })
  )

  it.live.each([
    [
      "a missing setting",
      /^ {2}imdb-serverless-etl:top: .*\n/m,
      "",
      "top is missing; it must be a whole number from 1 to 250"
    ],
    ["a value out of range", /:top: "10"/, ':top: "0"', 'top is "0", but must be a whole number from 1 to 250'],
    [
      "a schedule without runs",
      /cron\(.*\)/,
      "cron(0 6 31 2 ? *)",
      'schedule is "cron(0 6 31 2 ? *)", but it starts no run in'
    ],
    ["a file that is not YAML", /^config:/m, "config: [", "Pulumi.dev.yaml is not YAML"]
  ] as const)("refuses %s", ([, line, replacement, problem]) =>
    Effect.gen(function* () {
      const { state, detail, remedy } = yield* check(line, replacement)
      assert.strictEqual(state, "failed")
      assert.isTrue(detail.startsWith(problem), detail)
      assert.isString(remedy)
    })
  )
})
