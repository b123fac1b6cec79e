import { parseDocument } from "yaml"
import { settings } from "../infra/settings.ts"

/** The text of Pulumi.yaml with a declaration of each setting, so that the CLI checks types, missing keys and the secret. */
export const withDeclaredConfig = (text: string): string => {
  const declared = Object.entries(settings).map(([key, { type, meaning, allowed }]) => [
    key,
    { type, description: `${meaning} is ${allowed}.` }
  ])
  const omdbApiKey = {
    type: "string",
    secret: true,
    description: "The secret is the OMDb API key alone, without quotes or JSON."
  }
  const document = parseDocument(text)
  document.set("config", document.createNode(Object.fromEntries([...declared, ["omdbApiKey", omdbApiKey]])))
  return document.toString({ lineWidth: 0 })
}
