import { createHash } from "node:crypto"

/** In hexadecimal, of the text's UTF-8 bytes. */
export const digest = (algorithm: "md5" | "sha256", text: string): string =>
  createHash(algorithm).update(text).digest("hex")
