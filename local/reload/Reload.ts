import { performance } from "node:perf_hooks"
import { pluralize } from "../../cli/output.ts"
import { changeOf } from "../../plan/Change.ts"
import { type Declared, declareStack, shortType } from "../../plan/declareStack.ts"
import { valueWords } from "../../plan/displayInputs.ts"
import type { LocalStack } from "../LocalStack.ts"
import { Bundles } from "./Bundles.ts"

/** What happened after an edit, in one line. */
export interface ReloadLine {
  readonly isFailure: boolean
  readonly text: string
}

/**
 * Puts edits of a running local stack into use: a handler's new bundle at its next invocation. An edit of the program only
 * says what it would change.
 */
export class Reload {
  readonly #root: string
  readonly #stack: LocalStack
  readonly #bundles: Bundles
  /** Before any edit. */
  readonly #declared: Declared

  private constructor(root: string, stack: LocalStack, bundles: Bundles, declared: Declared) {
    this.#root = root
    this.#stack = stack
    this.#bundles = bundles
    this.#declared = declared
  }

  static async start(root: string, stack: LocalStack): Promise<Reload> {
    const handlers = stack.names.functions.map(({ logical }) => logical)
    const bundles = await Bundles.open(root, handlers)
    return new Reload(root, stack, bundles, await declareStack({ root, stack: "dev" }))
  }

  /** To be called with the changed files, by their paths relative to the root. */
  async changed(paths: ReadonlyArray<string>): Promise<ReadonlyArray<ReloadLine>> {
    const startedAt = performance.now()
    const rebuilt = await this.#bundles.changed(paths)
    const lines: Array<ReloadLine> = []
    const edited = paths.length > 2 ? pluralize(paths.length, "file") : paths.join(", ")
    const deployed = rebuilt.flatMap((each) => ("bytes" in each ? [each] : []))
    for (const { handler, bytes } of deployed) await this.#deploy(handler, bytes)
    if (deployed.length > 0) {
      const names = deployed.map(({ handler }) => handler).join(", ")
      const ms = Math.round(performance.now() - startedAt)
      lines.push({ isFailure: false, text: `${edited}: ${names}, from the next invocation (${ms} ms)` })
    }
    const failed = rebuilt.flatMap((each) => ("error" in each ? [each] : []))
    for (const [error, each] of Map.groupBy(failed, ({ error }) => error)) {
      const names = each.map(({ handler }) => handler).join(", ")
      lines.push({ isFailure: true, text: `${error}. The last good bundle stays in use: ${names}` })
    }
    if (failed.length === 0 && (await this.#bundles.isOfProgram(paths))) lines.push(await this.#programLine(edited))
    return lines
  }

  close(): Promise<void> {
    return this.#bundles.close()
  }

  async #deploy(handler: string, bytes: Uint8Array): Promise<void> {
    const name = this.#stack.names.functions.find(({ logical }) => logical === handler)?.physical ?? ""
    await this.#stack.lambda.updateCode(name, new Map([["index.mjs", bytes]]))
  }

  async #programLine(edited: string): Promise<ReloadLine> {
    try {
      const change = changeOf(this.#declared, await declareStack({ root: this.#root, stack: "dev" }))
      const words = [
        ...change.added.map(({ type, name }) => `adds ${shortType(type)} ${name}`),
        ...change.removed.map(({ type, name }) => `removes ${shortType(type)} ${name}`),
        ...change.changed.flatMap(({ type, name, inputs }) =>
          inputs
            // The bundles are in use already.
            .filter(({ path }) => !path.startsWith("code"))
            .map(({ path, before, after }) => {
              return `${shortType(type)} ${name}: ${path} ${valueWords(before)} → ${valueWords(after)}`
            })
        )
      ]
      if (words.length === 0) return { isFailure: false, text: `${edited}: no resource would change` }
      const more = words.length > maxWords ? `; and ${words.length - maxWords} more` : ""
      const shown = words.slice(0, maxWords).join("; ")
      return { isFailure: false, text: `${edited}: ${shown}${more}. Restart npm run dev to use it` }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      return { isFailure: true, text: `${edited}: the program fails: ${reason.replace(/\s+/g, " ").slice(0, 300)}` }
    }
  }
}

const maxWords = 3
