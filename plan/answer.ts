import { access } from "node:fs/promises"
import { join } from "node:path"
import { CannotRun } from "../cli/CommandErrors.ts"
import { ProgramFailed } from "../engine/PulumiProgram.ts"
import { type Change, changeOf } from "./Change.ts"
import { type Declared, declareStack } from "./declareStack.ts"
import type { Options } from "./options.ts"
import { type Plan, planOf } from "./Plan.ts"
import { asMarkdown } from "./page/asMarkdown.ts"
import { asText } from "./page/asText.ts"
import { changePage } from "./page/changePage.ts"
import type { Page } from "./page/Page.ts"
import { planPage, planSections } from "./page/planPage.ts"
import { withRevision } from "./revision.ts"
import { whyFailed } from "./whyFailed.ts"

/** What there is to say, in whatever form. */
export interface PlanResult {
  readonly plan: Plan
  readonly base?: { readonly name: string; readonly notes: ReadonlyArray<string>; readonly change: Change }
}

export interface PlanRequest {
  readonly root: string
  readonly stack: string
  readonly base?: string
  readonly signal: AbortSignal
}

const declareAt = async (root: string, whose: string, { stack, signal }: PlanRequest): Promise<Declared> => {
  await access(join(root, `Pulumi.${stack}.yaml`)).catch(() => {
    throw new CannotRun({ message: `There is no stack ${stack} in ${whose}: it has no Pulumi.${stack}.yaml.` })
  })
  return declareStack({ root, stack, signal }).catch((cause: unknown) => {
    if (!(cause instanceof ProgramFailed)) throw cause
    throw new CannotRun({ message: `The program of ${whose} does not run: ${whyFailed(cause)}` })
  })
}

export const compareStacks = (
  before: Declared,
  after: Declared,
  name = "the base",
  notes: ReadonlyArray<string> = []
): PlanResult => ({
  plan: planOf(after),
  base: { name, notes, change: changeOf(before, after) }
})

export const computePlan = async (asked: PlanRequest): Promise<PlanResult> => {
  const { base: revision, root, signal } = asked
  if (revision === undefined) return { plan: planOf(await declareAt(root, "this checkout", asked)) }
  return withRevision({ root, revision, signal }, async (checkout) => {
    const { name, notes } = checkout
    const here = declareAt(root, "this checkout", asked)
    const there = declareAt(checkout.root, name, asked)
    // Whichever fails, the other is not left running in a folder that is being taken away.
    await Promise.allSettled([there, here])
    return compareStacks(await there, await here, name, notes)
  })
}

const pageOf = ({ plan, base }: PlanResult): Page =>
  base === undefined ? planPage(plan) : changePage(base.change, plan, base.name, base.notes)

/** The answer as it is printed; `strong` marks titles where the reader's screen can. */
export const render = (said: PlanResult, form: Options["form"], strong?: (text: string) => string): string => {
  const { plan, base } = said
  if (form === "json") return JSON.stringify(said, null, 2)
  const page = pageOf(said)
  if (form === "text") return asText(page, strong)
  const whole = base === undefined ? [] : planSections(plan).map((section) => ({ ...section, folded: true }))
  return asMarkdown({ ...page, sections: [...page.sections, ...whole] }, `${plan.project} plan of ${plan.stack}`)
}
