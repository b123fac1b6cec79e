import { existsSync } from "node:fs"
import { join } from "node:path"

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

/** The variable CHROMIUM, or a browser on the path. */
export const executablePath =
  process.env["CHROMIUM"] ??
  (process.env["PATH"] ?? "")
    .split(":")
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(existsSync)

if (executablePath === undefined && process.env["REQUIRE_CHROMIUM"] === "true") {
  throw new Error("There is no Chromium on the path, and REQUIRE_CHROMIUM is true: apt-get install chromium")
}

/** As root, as in a container, Chromium has no sandbox. The pages are the project's own. */
export const launchOptions = { executablePath: executablePath ?? "", args: ["--no-sandbox"] }
