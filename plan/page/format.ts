import type { DisplayValue } from "../displayInputs.ts"
import type { PlannedResource } from "../Plan.ts"

/** `sqs Queue` of `aws:sqs/queue:Queue`. */
export const typeWords = (type: string): string => {
  const [, service, , kind] = type.split(/[:/]/)
  return kind === undefined ? type : `${service} ${kind}`
}

export const resourceWords = ({ type, name, facts, protect, retainOnDelete }: PlannedResource): string => {
  const kept = [...(protect ? ["protected"] : []), ...(retainOnDelete ? ["left behind on destroy"] : [])]
  const all = [facts, ...kept].filter((part) => part !== "").join(", ")
  return `${typeWords(type)} ${name}${all === "" ? "" : `: ${all}`}`
}

/** One line, whatever the value is. */
export const valueWords = (value: DisplayValue | undefined): string => {
  if (value === undefined) return "(absent)"
  return typeof value === "string" && /^\S(.*\S)?$/.test(value) ? value : JSON.stringify(value)
}

/** Three digits that count, or all of a number that is greater. */
export const quantityWords = (quantity: number): string =>
  quantity >= 100
    ? Math.round(quantity).toLocaleString("en-US")
    : quantity.toLocaleString("en-US", { maximumSignificantDigits: 3 })

export const usdWords = (usd: number): string =>
  usd === 0 || Math.abs(usd) >= 0.01
    ? usd.toFixed(2)
    : usd.toLocaleString("en-US", { maximumSignificantDigits: 1, maximumFractionDigits: 9 })
