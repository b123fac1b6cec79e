export const escapeXml = (text: string): string =>
  text.replace(/[<>&"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`)

/** An element for each entry, in order; the values are texts, not markup. */
export const elements = (entries: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(entries)
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join("")

export const document = (inside: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${inside}`
