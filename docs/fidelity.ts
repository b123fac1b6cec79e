import type { Behaviour } from "../test/conformance/Behaviour.ts"
import { theSite } from "../test/conformance/page.ts"
import type { SiteName } from "../test/conformance/Site.ts"
import { subjects } from "../test/conformance/subjects.ts"
import { table } from "./table.ts"

const sites: ReadonlyArray<SiteName> = ["model", "local cloud"]

const row = ({ title, source, differs = {} }: Behaviour): ReadonlyArray<string> => [
  `[${title}](${source})`,
  ...sites.map((site) => (differs[site] === undefined ? "holds" : "differs"))
]

/** What the script holds its sites to, a table for each subject. */
export const behaviours = (): string =>
  subjects
    .map(({ name, heading, behaviours }) =>
      [
        `### ${heading} (\`${name}\`)`,
        "",
        table(["AWS", ...sites.map((site) => theSite[site])], behaviours.map(row))
      ].join("\n")
    )
    .join("\n\n")

/** Where a site is known to behave otherwise, and why. */
export const differences = (): string =>
  subjects
    .flatMap(({ behaviours }) =>
      behaviours.flatMap(({ title, differs = {} }) =>
        Object.entries(differs).map(
          ([site, reason]) => `- ${title}: not on ${site === "AWS" ? site : `the ${site}`}. ${reason}`
        )
      )
    )
    .join("\n")
