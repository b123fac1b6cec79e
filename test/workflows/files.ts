import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { parse } from "yaml"

export const root = new URL("../..", import.meta.url).pathname

const Texts = Schema.Record(Schema.String, Schema.String)
const Scalars = Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))

const Step = Schema.Struct({
  name: Schema.optionalKey(Schema.String),
  uses: Schema.optionalKey(Schema.String),
  run: Schema.optionalKey(Schema.String),
  if: Schema.optionalKey(Schema.String),
  env: Schema.optionalKey(Texts),
  with: Schema.optionalKey(Scalars)
})
export type Step = typeof Step.Type

const Job = Schema.Struct({
  uses: Schema.optionalKey(Schema.String),
  needs: Schema.optionalKey(Schema.String),
  if: Schema.optionalKey(Schema.String),
  environment: Schema.optionalKey(Schema.String),
  permissions: Texts,
  "timeout-minutes": Schema.optionalKey(Schema.Int),
  concurrency: Schema.optionalKey(Schema.Struct({ group: Schema.String, "cancel-in-progress": Schema.Boolean })),
  steps: Schema.optionalKey(Schema.Array(Step))
})

const Workflow = Schema.Struct({
  name: Schema.String,
  on: Schema.Record(Schema.String, Schema.Unknown),
  permissions: Texts,
  jobs: Schema.Record(Schema.String, Job)
})

const folder = join(root, ".github/workflows")

export const textOf = (file: string): string => readFileSync(join(folder, file), "utf8")

/** Each file of the folder, read as GitHub would; one of another form than the repository keeps to is an error. */
export const workflows = readdirSync(folder).map((file) => {
  const workflow = Schema.decodeUnknownSync(Workflow)(parse(textOf(file)))
  const jobs = Object.entries(workflow.jobs).map(([id, job]) => ({ id, ...job, steps: job.steps ?? [] }))
  return { file, ...workflow, jobs, steps: jobs.flatMap(({ steps }) => steps) }
})

export const workflow = (file: string) => {
  const found = workflows.find((each) => each.file === file)
  if (found === undefined) throw new Error(`There is no workflow ${file}.`)
  return found
}

/** The first step of the kind that is asked for. */
export const step = (file: string, is: (step: Step) => boolean): Step => {
  const found = workflow(file).steps.find(is)
  if (found === undefined) throw new Error(`${file} has no such step.`)
  return found
}
