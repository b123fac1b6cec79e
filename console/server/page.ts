import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { tokenHeader } from "../api.ts"

const entryPoint = fileURLToPath(new URL("../page/main.tsx", import.meta.url))

export interface PageFiles {
  readonly script: Uint8Array
  readonly style: Uint8Array
}

/** The page's script and style, minified. */
export const buildPage = async (): Promise<PageFiles> => {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    outdir: "out",
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: ["chrome120", "firefox120", "safari17"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "silent"
  })
  const find = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.contents
  return { script: find(".js") ?? new Uint8Array(), style: find(".css") ?? new Uint8Array() }
}

/** Only this server's script, style and data; no frames, forms or other hosts. */
export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** `token` is this server's; a page of an earlier server has another one and reloads itself. */
export const pageHtml = (token: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="${tokenHeader}" content="${token}">
<title>IMDb ETL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console.css">
<script type="module" src="/console.js"></script>
</head>
<body><div id="app"><noscript>The console needs JavaScript. The commands of npm run etl do the same.</noscript></div></body>
</html>
`
