import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import type { AlarmTopic } from "./AlarmTopic.ts"
import { runbookUrl } from "./runbook.ts"

export interface MonthlyBudgetArgs {
  /** 0 for none: a member account of an organisation may not be allowed to have one. */
  readonly usd: number
  readonly topic: AlarmTopic
  readonly repositoryUrl: string
}

/**
 * Notifies when the month's cost is above the limit, or is forecast to be. It covers the whole account: a budget filtered
 * by the stack's tags stays at zero until these tags are activated for billing by hand.
 */
export class MonthlyBudget extends pulumi.ComponentResource {
  constructor(name: string, args: MonthlyBudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:MonthlyBudget", name, {}, opts)
    const whenPassed = (notificationType: "ACTUAL" | "FORECASTED") => ({
      notificationType,
      comparisonOperator: "GREATER_THAN",
      threshold: 100,
      thresholdType: "PERCENTAGE",
      subscriberSnsTopicArns: [args.topic.topic.arn]
    })
    if (args.usd > 0) {
      new aws.budgets.Budget(
        name,
        {
          budgetType: "COST",
          timeUnit: "MONTHLY",
          limitAmount: `${args.usd}`,
          limitUnit: "USD",
          notifications: [whenPassed("ACTUAL"), whenPassed("FORECASTED")],
          // A budget has no description.
          tags: { runbook: runbookUrl(args.repositoryUrl, "monthly-budget") }
        },
        { parent: this, dependsOn: [args.topic.policy] }
      )
    }
    this.registerOutputs({})
  }
}
