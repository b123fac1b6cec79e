import type { Interception } from "../cloud/executeCall.ts"
import { makeAcknowledgementFaults } from "./acknowledgementFaults.ts"
import { makeCallFaults } from "./callFaults.ts"
import { makeFits } from "./fitting.ts"
import { InForce, isAt } from "./InForce.ts"
import { inWords } from "./inWords.ts"
import { makeListFaults } from "./listFaults.ts"
import { scriptOmdb } from "./omdbFaults.ts"
import { requirePossible } from "./requirePossible.ts"
import type { Scenario } from "./Scenario.ts"
import type { Site } from "./Site.ts"
import { makeSendFaults } from "./sendFaults.ts"

export interface FaultsInForce {
  /** A sentence for each fault that has not happened yet: a run that did not meet it shows nothing about it. */
  readonly unmet: () => ReadonlyArray<string>
}

/** Puts a scenario in force, in place of any before it but for those at OMDb. Throws CannotRun where one is impossible. */
export const applyFaults = (
  site: Site,
  scenario: Scenario,
  onHappened: (sentence: string) => void = () => {}
): FaultsInForce => {
  requirePossible(scenario, site)
  const faults = scenario.faults.map(
    (fault, index) => new InForce(fault, () => onHappened(`Fault ${index + 1}: ${inWords(fault)}.`))
  )
  if (site.omdb !== undefined) for (const one of faults.filter(isAt("omdb"))) scriptOmdb(site, site.omdb, one)

  const fits = makeFits(site)
  const calls = makeCallFaults(site, faults.filter(isAt("s3", "sqs", "dynamodb", "secretsmanager", "function")), fits)
  const inTurn = [
    makeListFaults(site, faults),
    makeAcknowledgementFaults(site, faults),
    makeSendFaults(site, faults, fits),
    calls.before
  ]
  const { cloud } = site
  // The operator's calls are those that provision, look and mend.
  const isOurs = (principalArn: string) => principalArn !== cloud.admin.arn

  cloud.interceptCall = async (call) => {
    if (!isOurs(call.principalArn)) return undefined
    let instead: Interception | undefined
    for (const interfere of inTurn) instead ??= await interfere(call)
    return instead
  }
  cloud.interceptReply = async (call) => (isOurs(call.principalArn) ? calls.after(call) : undefined)

  return {
    unmet: () =>
      faults.flatMap(({ fault, happened }, index) =>
        happened === 0 ? [`Fault ${index + 1} never happened: ${inWords(fault)}.`] : []
      )
  }
}
