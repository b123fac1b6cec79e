import { type FSWatcher, watch } from "node:fs"
import { sep } from "node:path"

/** Folders that no bundle and no program consists of. */
const ignored = /^(node_modules|docs|test|bench|sample|\.[^/]*)(\/|$)/

/** An editor writes several files, and each more than once. */
const quietMs = 40

/** Calls back with the changed files below a folder, one call after the other. */
export const watchFiles = (root: string, onChange: (paths: ReadonlyArray<string>) => Promise<void>) => {
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let last = Promise.resolve()
  const flush = () => {
    const paths = [...changed].sort()
    changed.clear()
    last = last.then(() => onChange(paths))
  }
  const watcher: FSWatcher = watch(root, { recursive: true }, (_, file) => {
    const path = file?.split(sep).join("/") ?? ""
    if (path === "" || ignored.test(path) || !/\.(ts|json|yaml)$/.test(path)) return
    changed.add(path)
    clearTimeout(timer)
    timer = setTimeout(flush, quietMs)
  })
  return {
    close: () => {
      clearTimeout(timer)
      watcher.close()
      return last
    }
  }
}
