import { ImdbId } from "../../domain/ImdbId.ts"

/** The best ten of the sample list, by rank. */
export const topTen = [
  ImdbId.make("tt0111161"),
  ImdbId.make("tt0068646"),
  ImdbId.make("tt0468569"),
  ImdbId.make("tt0071562"),
  ImdbId.make("tt0050083"),
  ImdbId.make("tt0108052"),
  ImdbId.make("tt0167260"),
  ImdbId.make("tt0110912"),
  ImdbId.make("tt0120737"),
  ImdbId.make("tt0060196")
] as const

export const [first, second, third, fourth, fifth, , , eighth] = topTen
