import type { Registered } from "../../engine/monitor.ts"
import { type Nouns, noun } from "../nouns.ts"
import type { Fact } from "./Fact.ts"
import { type Policy, policiesOf } from "./policies.ts"
import { type Statement, statementsOf, texts } from "./statements.ts"
import { conditionWords, thing } from "./things.ts"
import { asWritten } from "./verbs.ts"

const principals = (principal: Statement["Principal"]): ReadonlyArray<string> => {
  if (principal === undefined) return ["someone unnamed"]
  if (typeof principal === "string") return [principal === "*" ? "anyone" : principal]
  return Object.entries(principal).flatMap(([kind, names]) =>
    texts(names).map((name) => (kind === "Service" ? `the service ${name}` : name === "*" ? "anyone" : name))
  )
}

/** A policy or a statement that cannot be put in words: it is shown, not dropped. */
const written = (who: string, text: string): Fact => ({
  who,
  may: "may",
  action: asWritten,
  resource: text,
  object: text,
  condition: ""
})

const factsOf = ({ who, text, on }: Policy, nouns: Nouns): ReadonlyArray<Fact> => {
  const someone = who ?? [noun(on)]
  const statements = statementsOf(text)
  if (statements === undefined) return someone.map((name) => written(name, String(text)))
  return statements.flatMap((each) => {
    const { statement } = each
    if (statement === undefined) return someone.map((name) => written(name, each.written))
    return (who ?? principals(statement.Principal)).flatMap((name) =>
      texts(statement.Action).flatMap((action) =>
        texts(statement.Resource ?? String(on.outputs["arn"])).map(
          (resource): Fact => ({
            who: name,
            may: statement.Effect === "Allow" ? "may" : "may never",
            action,
            resource,
            ...thing(resource, nouns),
            condition: conditionWords(statement.Condition, nouns)
          })
        )
      )
    )
  })
}

/** Everything that the program's policies allow and deny, in the order of its resources. */
export const permissions = (resources: ReadonlyArray<Registered>, nouns: Nouns): ReadonlyArray<Fact> =>
  resources.flatMap((resource) => policiesOf(resource, resources, nouns)).flatMap((policy) => factsOf(policy, nouns))
