import * as Result from "effect/Result"

/**
 * The key in a stored text, without the line end or the byte order mark that an editor or a shell adds; fails with what
 * the text is instead. The failure never contains the text.
 */
export const parseOmdbApiKey = (text: string): Result.Result<string, string> => {
  const key = text.trim()
  if (key === "") return Result.fail("is empty")
  if (/^[{[]/.test(key)) return Result.fail("is JSON")
  if (/^["'`“‘]|["'`”’]$/.test(key)) return Result.fail("is quoted")
  if (/[\s\p{Cc}\p{Cf}]/u.test(key)) return Result.fail("contains spaces or invisible characters")
  return Result.succeed(key)
}
