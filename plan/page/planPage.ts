import type { Permissions, Plan, PlannedResource } from "../Plan.ts"
import { costSection } from "./costSection.ts"
import { type Item, list, type Page, type Section } from "./Page.ts"
import { resourceWords } from "./words.ts"

const byComponent = (resources: ReadonlyArray<PlannedResource>): ReadonlyArray<Item> => {
  const places = [...new Set(resources.map(({ within }) => within.join(" / ")))]
  return places.map((place) => ({
    text: place === "" ? "In no component" : place,
    items: resources.filter(({ within }) => within.join(" / ") === place).map((each) => ({ text: resourceWords(each) }))
  }))
}

const permissionItems = (all: ReadonlyArray<Permissions>): ReadonlyArray<Item> =>
  all.map(({ who, sentences }) => ({ text: who, items: sentences.map((text) => ({ text })) }))

const orNone = (texts: ReadonlyArray<string>) => list(texts.length === 0 ? ["none"] : texts)

export const planSections = (plan: Plan): ReadonlyArray<Section> => {
  const { resources, permissions, triggers, alarms, outputs } = plan
  return [
    {
      title: `Resources: ${resources.length}`,
      blocks: [{ kind: "list", items: byComponent(resources) }],
      folded: true
    },
    {
      title: "What each function may do",
      blocks: [{ kind: "list", items: permissionItems(permissions.filter(({ isFunction }) => isFunction)) }]
    },
    {
      title: "What else is allowed and denied",
      blocks: [{ kind: "list", items: permissionItems(permissions.filter(({ isFunction }) => !isFunction)) }]
    },
    { title: "What starts what", blocks: [orNone(triggers)] },
    { title: "Alarms", blocks: [orNone(alarms)] },
    { title: "Stack outputs", blocks: [orNone(outputs.length === 0 ? [] : [outputs.join(", ")])] },
    costSection(plan)
  ]
}

export const titleOf = ({ project, stack, region }: Plan): string => `${project}, stack ${stack} in ${region}`

/** What would be there. */
export const planPage = (plan: Plan): Page => ({ title: titleOf(plan), sections: planSections(plan) })
