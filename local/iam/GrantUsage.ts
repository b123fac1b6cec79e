import type { MatchedStatement } from "./evaluate.ts"
import type { Condition, Policy, Statement } from "./policy.ts"

/** One action on one resource pattern that a role's policy allows. */
export interface Grant {
  /** The role's name. */
  readonly role: string
  readonly action: string
  readonly resource: string
  /** In words, if the statement has conditions: what tells two statements on one resource apart. */
  readonly condition?: string
}

/** A grant that only failures use has a Sid that begins like this. */
const whenFailing = /^WhenFailing/

export const isFailureGrant = ({ sid }: Statement): boolean => whenFailing.test(sid ?? "")

const pair = (action: string, resource: string): string => `${action} ${resource}`

const inWords = (conditions: ReadonlyArray<Condition>): string =>
  conditions.map(({ operator, key, values }) => `${operator} ${key} ${values.join(", ")}`).join(" and ")

/** Which grants the calls of a run made use of. */
export class GrantUsage {
  readonly #pairs = new Map<Statement, Set<string>>()

  note(matches: ReadonlyArray<MatchedStatement>): void {
    for (const { statement, actions, resources } of matches) {
      const pairs = this.#pairs.get(statement) ?? new Set()
      for (const action of actions) for (const resource of resources) pairs.add(pair(action, resource))
      this.#pairs.set(statement, pairs)
    }
  }

  forget(): void {
    this.#pairs.clear()
  }

  /** What a role's policy allows, used or not, by those of its statements that are asked for. */
  grants(
    role: string,
    { statements }: Policy,
    { used, of }: { readonly used: boolean; readonly of: (statement: Statement) => boolean }
  ): ReadonlyArray<Grant> {
    return statements
      .filter((statement) => statement.effect === "Allow" && of(statement))
      .flatMap((statement) =>
        statement.actions.flatMap((action) =>
          statement.resources
            .filter((resource) => (this.#pairs.get(statement)?.has(pair(action, resource)) ?? false) === used)
            .map((resource) => ({
              role,
              action,
              resource,
              ...(statement.conditions.length > 0 && { condition: inWords(statement.conditions) })
            }))
        )
      )
  }
}
