import { randomUUID } from "node:crypto"
import type { OmdbStandIn } from "../omdb/startOmdb.ts"
import type { InForce } from "./InForce.ts"
import type { FaultAt } from "./Scenario.ts"
import type { Site } from "./Site.ts"

/** From now on the stand-in takes another key, and the secret holds it: nobody is told. */
const rotateKey = ({ cloud, program }: Site, omdb: OmdbStandIn) => {
  const key = `rotated-${randomUUID()}`
  omdb.setKeys(key)
  for (const { inputs } of program.resources.filter(({ type }) =>
    type.startsWith("aws:secretsmanager/secretVersion:")
  )) {
    cloud.secrets.put(String(inputs["secretId"]), key)
  }
}

/** Hands a fault over to the stand-in, which keeps count itself. */
export const scriptOmdb = (site: Site, omdb: OmdbStandIn, one: InForce<FaultAt<"omdb">>): void => {
  const { what, times = 1, skip, imdbId } = one.fault
  const rule = {
    ...(imdbId === undefined ? {} : { imdbId }),
    ...(skip === undefined ? {} : { skip }),
    ...(times === "always" ? {} : { times })
  }
  omdb.script({ ...rule, answer: what.kind === "rotateKey" ? { kind: "invalidKey" } : what }, () => {
    one.note()
    if (what.kind === "rotateKey") rotateKey(site, omdb)
  })
}
