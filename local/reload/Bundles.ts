import { type BuildContext, context, type Message } from "esbuild"
import { bundleOptions } from "../../infra/handlerBundles.ts"

/** A bundle after its sources have changed. */
export type Rebuilt =
  | { readonly handler: string; readonly bytes: Uint8Array }
  /** It cannot be bundled: the first error with its place. */
  | { readonly handler: string; readonly error: string }

/** The bundles of the handlers, built again where their sources change. */
export class Bundles {
  readonly #contexts: ReadonlyMap<string, BuildContext>
  readonly #inputs = new Map<string, ReadonlySet<string>>()
  readonly #bytes = new Map<string, Uint8Array>()
  readonly #program: BuildContext
  #programInputs: ReadonlySet<string> = new Set()

  private constructor(contexts: ReadonlyMap<string, BuildContext>, program: BuildContext) {
    this.#contexts = contexts
    this.#program = program
  }

  static async open(root: string, handlers: ReadonlyArray<string>): Promise<Bundles> {
    const options = { ...bundleOptions, absWorkingDir: root }
    const contexts = await Promise.all(
      handlers.map(async (handler) => {
        const made = await context({ ...options, entryPoints: [`handlers/${handler}.ts`] })
        return [handler, made] as const
      })
    )
    // Only for the files that the program consists of.
    const program = await context({ ...options, minify: false, packages: "external", entryPoints: ["index.ts"] })
    const bundles = new Bundles(new Map(contexts), program)
    for (const handler of handlers) await bundles.#rebuild(handler)
    await bundles.isOfProgram([])
    return bundles
  }

  /** Builds the bundles that one of the files is part of, and returns those that failed or have other bytes than before. */
  async changed(paths: ReadonlyArray<string>): Promise<ReadonlyArray<Rebuilt>> {
    const rebuilt: Array<Rebuilt> = []
    for (const handler of this.#contexts.keys()) {
      const inputs = this.#inputs.get(handler)
      // Without inputs the last build failed, and any file may be the reason.
      if (inputs !== undefined && !paths.some((path) => inputs.has(path))) continue
      const result = await this.#rebuild(handler)
      if (result !== undefined) rebuilt.push(result)
    }
    return rebuilt
  }

  /** Whether one of the files is part of the Pulumi program or of its configuration. */
  async isOfProgram(paths: ReadonlyArray<string>): Promise<boolean> {
    const found = paths.some((path) => this.#programInputs.has(path) || /^Pulumi\.[\w.-]*yaml$/.test(path))
    if (found || paths.length === 0) {
      const result = await this.#program.rebuild().catch(() => undefined)
      if (result !== undefined) this.#programInputs = new Set(Object.keys(result.metafile?.inputs ?? {}))
    }
    return found
  }

  async close(): Promise<void> {
    await Promise.all([...this.#contexts.values(), this.#program].map((each) => each.dispose()))
  }

  async #rebuild(handler: string): Promise<Rebuilt | undefined> {
    try {
      const result = await this.#contexts.get(handler)?.rebuild()
      const bytes = result?.outputFiles?.[0]?.contents ?? new Uint8Array()
      this.#inputs.set(handler, new Set(Object.keys(result?.metafile?.inputs ?? {})))
      if (Buffer.from(bytes).equals(this.#bytes.get(handler) ?? new Uint8Array())) return undefined
      this.#bytes.set(handler, bytes)
      return { handler, bytes }
    } catch (cause) {
      this.#inputs.delete(handler)
      return { handler, error: firstError(cause) }
    }
  }
}

const firstError = (cause: unknown): string => {
  const [error]: ReadonlyArray<Message> = Object(cause).errors ?? []
  if (error === undefined) return cause instanceof Error ? cause.message : String(cause)
  const { location, text } = error
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`
}
