import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { onTestFinished } from "vitest"
import { parse } from "yaml"

export const root = new URL("../..", import.meta.url).pathname

const Strings = Schema.Record(Schema.String, Schema.String)
const Scalars = Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))

const Step = Schema.Struct({
  name: Schema.optionalKey(Schema.String),
  uses: Schema.optionalKey(Schema.String),
  run: Schema.optionalKey(Schema.String),
  env: Schema.optionalKey(Strings),
  with: Schema.optionalKey(Scalars)
})

const Job = Schema.Struct({
  uses: Schema.optionalKey(Schema.String),
  needs: Schema.optionalKey(Schema.String),
  if: Schema.optionalKey(Schema.String),
  environment: Schema.optionalKey(Schema.String),
  permissions: Strings,
  "timeout-minutes": Schema.optionalKey(Schema.Int),
  concurrency: Schema.optionalKey(Schema.Struct({ group: Schema.String, "cancel-in-progress": Schema.Boolean })),
  steps: Schema.optionalKey(Schema.Array(Step))
})

const Workflow = Schema.Struct({
  on: Schema.Record(Schema.String, Schema.Unknown),
  permissions: Strings,
  jobs: Schema.Record(Schema.String, Job)
})

const folder = join(root, ".github/workflows")

/** Every workflow, with its jobs and steps as lists. Decoding fails for a workflow of another form. */
export const workflows = readdirSync(folder).map((file) => {
  const text = readFileSync(join(folder, file), "utf8")
  const workflow = Schema.decodeUnknownSync(Workflow)(parse(text))
  const jobs = Object.entries(workflow.jobs).map(([id, job]) => ({ id, ...job, steps: job.steps ?? [] }))
  return { file, text, ...workflow, jobs, steps: jobs.flatMap(({ steps }) => steps) }
})

export const workflow = (file: string) => {
  const found = workflows.find((each) => each.file === file)
  if (found === undefined) throw new Error(`There is no workflow ${file}.`)
  return found
}

/** The script of the step with this name (`run`), or of the step that uses github-script. */
export const script = (file: string, name?: string): string => {
  const step = workflow(file).steps.find((each) =>
    name === undefined ? each.uses?.startsWith("actions/github-script@") : each.name === name
  )
  return String(name === undefined ? step?.with?.["script"] : step?.run)
}

/** A folder that is removed when the test ends. */
export const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "imdb-etl-step-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
