import type { Declaration, Registrar } from "../engine/monitor.ts"

/** `queue` of `aws:sqs/queue:Queue`. */
export const kindOf = (type: string): string => type.split(/[:/]/)[2] ?? type

const serviceOf = (type: string): string => type.split(/[:/]/)[1] ?? ""

/** What comes before the resource in an ARN; the parts stay where programs look for them when they take one apart. */
const home = (type: string, region: string): string => {
  const service = serviceOf(type)
  if (service === "s3") return "arn:aws:s3::"
  return `arn:aws:${service}:${service === "iam" ? "" : region}:<account>`
}

const outputsOf = (region: string, { type, name, inputs }: Declaration) => {
  const itself = `<${kindOf(type)} ${name}>`
  return {
    id: itself,
    outputs: {
      arn: `${home(type, region)}:${itself}`,
      name: inputs["name"] ?? itself,
      bucket: itself,
      url: `<url of ${kindOf(type)} ${name}>`
    }
  }
}

/**
 * Makes nothing and answers with outputs that name the resource they stand for, such as `<url of queue movies>`: the
 * same for the same program. An output beyond these reaches the program as undefined.
 */
export const inventingOutputs =
  (region: string): Registrar =>
  async (declaration) =>
    outputsOf(region, declaration)
