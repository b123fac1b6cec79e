import type { MatchedStatement } from "./evaluate.ts"
import type { Condition, Statement } from "./policy.ts"

/** One action on one resource pattern that a role's policy allows. */
export interface Grant {
  /** The role's name. */
  readonly role: string
  readonly action: string
  readonly resource: string
  /** The statement's conditions as text: they distinguish two statements on one resource. */
  readonly condition?: string
}

/** The Sid that infra/ gives a statement that only failures use. */
export const isFailureGrant = ({ sid }: Statement): boolean => sid?.startsWith("WhenFailing") ?? false

const grantKey = (action: string, resource: string): string => `${action} ${resource}`

const conditionText = (conditions: ReadonlyArray<Condition>): string =>
  conditions.map(({ operator, key, values }) => `${operator} ${key} ${values.join(", ")}`).join(" and ")

/** Records which grants the calls of a run use. */
export class GrantUsage {
  readonly #used = new Map<Statement, Set<string>>()

  record(matched: ReadonlyArray<MatchedStatement>): void {
    for (const { statement, actions, resources } of matched) {
      const used = this.#used.get(statement) ?? new Set()
      for (const action of actions) for (const resource of resources) used.add(grantKey(action, resource))
      this.#used.set(statement, used)
    }
  }

  clear(): void {
    this.#used.clear()
  }

  unused(role: string, statements: ReadonlyArray<Statement>): ReadonlyArray<Grant> {
    return statements.flatMap((statement) =>
      statement.actions.flatMap((action) =>
        statement.resources
          .filter((resource) => !this.#used.get(statement)?.has(grantKey(action, resource)))
          .map((resource) => ({
            role,
            action,
            resource,
            ...(statement.conditions.length > 0 && { condition: conditionText(statement.conditions) })
          }))
      )
    )
  }
}
