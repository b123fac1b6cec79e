import * as NodeChildProcessSpawner from "@effect/platform-node/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { assert } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import * as TestConsole from "effect/testing/TestConsole"
import { afterAll, beforeAll } from "vitest"
import { csvKey, enrichedPrefix } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { removeConnectionFile, writeConnectionFile } from "../../local/run/connection.ts"
import { readDayRows } from "../../local/run/RunResult.ts"
import { command } from "../../operator/command.ts"
import { type SharedStack, useSharedStack } from "../local/sharedStack.ts"

export interface CommandResult {
  /** 130 where it was interrupted. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What a question showed. */
  readonly asked: string
}

/** Somebody in front of a terminal, so many columns wide, who presses these keys when asked. */
export interface TerminalUser {
  readonly width: number
  readonly keys: ReadonlyArray<string>
}

const key = (name: string): Terminal.UserInput => ({
  input: Option.some(name),
  key: { name, ctrl: false, meta: false, shift: false }
})

/** A terminal with a person, or none at all. */
const surroundings = (person: TerminalUser | undefined, display: (text: string) => void) => {
  const terminal = Terminal.make({
    columns: Effect.succeed(person?.width ?? 0),
    rows: Effect.succeed(person === undefined ? 0 : 24),
    size: Effect.die("nobody asks"),
    readLine: Effect.die("nobody asks"),
    readInput: Effect.gen(function* () {
      const input = yield* Queue.make<Terminal.UserInput, Cause.Done>()
      for (const name of person?.keys ?? []) Queue.offerUnsafe(input, key(name))
      Queue.endUnsafe(input)
      return input
    }),
    display: (text) => Effect.sync(() => display(text))
  })
  const isTerminal = Effect.succeed(person !== undefined)
  return Layer.mergeAll(
    NodeChildProcessSpawner.layer.pipe(Layer.provideMerge(Layer.merge(NodeFileSystem.layer, NodePath.layer))),
    Layer.succeed(Terminal.Terminal, terminal),
    Stdio.layerTest({ stdinIsTerminal: isTerminal, stdoutIsTerminal: isTerminal })
  )
}

/** Runs the arguments of `npm run etl --` in this process. */
export const etl = async (args: ReadonlyArray<string>, person?: TerminalUser): Promise<CommandResult> => {
  const asked: Array<string> = []
  const work = Effect.gen(function* () {
    const exit = yield* Effect.exit(command(args))
    const [stdout, stderr] = [yield* TestConsole.logLines, yield* TestConsole.errorLines]
    return {
      code: Exit.isSuccess(exit) ? exit.value : 130,
      stdout: stdout.join("\n"),
      stderr: stderr.join("\n"),
      asked: asked.join("")
    }
  })
  const services = Layer.merge(
    surroundings(person, (text) => asked.push(text)),
    TestConsole.layer
  )
  return Effect.runPromise(Effect.provide(work, services))
}

export interface OperatedStack {
  readonly warm: SharedStack
  readonly etl: (...args: ReadonlyArray<string>) => Promise<CommandResult>
  readonly etlBy: (person: TerminalUser, ...args: ReadonlyArray<string>) => Promise<CommandResult>
}

/** A warm stack that is published as `npm run dev` publishes its own, and the operator's commands on it. */
export const startOperatedStack = (): { readonly current: () => OperatedStack } => {
  const { current } = useSharedStack()
  beforeAll(() => writeConnectionFile(current().stack))
  afterAll(() => removeConnectionFile(current().stack))
  return {
    current: () => {
      const warm = current()
      const flags = ["--local", "--port", new URL(warm.stack.cloud.endpoint).port]
      return {
        warm,
        etl: (...args) => etl([...args, ...flags]),
        etlBy: (person, ...args) => etl([...args, ...flags], person)
      }
    }
  }
}

/**
 * The run is complete, the command says so, and nothing is there twice or left behind: one object, one row of the CSV
 * and one of the table for each movie, and all queues are empty.
 */
export const expectWhole = async ({ warm, etl }: OperatedStack, runDate: RunDate, total: number): Promise<void> => {
  const { code, stdout, stderr } = await etl("status", runDate, "--json")
  assert.strictEqual(stderr, "")
  const { end, movies } = JSON.parse(stdout)
  assert.deepStrictEqual(end, { state: "complete", csvKey: csvKey(runDate), tableItems: total })
  assert.strictEqual(code, 0)

  const ids: ReadonlyArray<string> = movies.map(({ imdbId }: { imdbId: string }) => imdbId)
  assert.strictEqual(new Set(ids).size, total)
  const keys = [...(await warm.objects(enrichedPrefix(runDate))).keys()]
  assert.sameMembers(
    keys,
    ids.map((id) => `${enrichedPrefix(runDate)}${id}.json`)
  )
  const csv = (await warm.objects(csvKey(runDate))).get(csvKey(runDate)) ?? ""
  const rows: ReadonlyArray<Record<string, string>> = parse(csv, { columns: true })
  assert.deepStrictEqual(
    rows.map((row) => row["imdb_id"]),
    [...ids]
  )
  const items = await readDayRows(warm.stack, runDate)
  assert.deepStrictEqual(
    items.map(({ imdbId }) => imdbId),
    [...ids]
  )
  for (const { logical, url } of warm.stack.names.queues) {
    const { visible, blocked, inFlight, delayed } = await warm.stack.cloud.queues.depth(url)
    assert.deepStrictEqual([visible, blocked, inFlight.length, delayed.length], [0, 0, 0, 0], logical)
  }
}
