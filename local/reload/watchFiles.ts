import { type FSWatcher, readdirSync, statSync, watch } from "node:fs"
import { join } from "node:path"

/** Folders that no bundle and no program consists of. */
const ignored = /^(node_modules|docs|test|bench|sample|\.[^/]*)(\/|$)/

const isSource = (path: string): boolean => /\.(ts|json|yaml)$/.test(path) && !/(^|\/)\./.test(path)

/** An editor writes several files, and each more than once. */
const quietMs = 40

/**
 * Calls back with the changed files below a folder, one call after the other. Each folder has a watcher of its own: Node's
 * recursive one on Linux watches the files, and no longer sees a file that was replaced by another one of its name.
 */
export const watchFiles = (root: string, onChange: (paths: ReadonlyArray<string>) => Promise<void>) => {
  const watchers = new Map<string, FSWatcher>()
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let last = Promise.resolve()
  const flush = () => {
    const paths = [...changed].sort()
    changed.clear()
    last = last.then(() => onChange(paths))
  }
  const note = (path: string) => {
    if (!isSource(path)) return
    changed.add(path)
    clearTimeout(timer)
    timer = setTimeout(flush, quietMs)
  }

  const unwatch = (folder: string) => {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }

  /** `isNew`: its files are changes as well. */
  const watchFolder = (folder: string, isNew: boolean): void => {
    if (ignored.test(folder) || statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory() !== true) return
    // One of that name may have been removed before.
    unwatch(folder)
    const pathOf = (name: string) => (folder === "" ? name : `${folder}/${name}`)
    try {
      const watcher = watch(join(root, folder), (_, name) => {
        if (name === null) return
        note(pathOf(name))
        if (!isSource(name)) watchFolder(pathOf(name), true)
      })
      // Of a folder that is removed.
      watcher.on("error", () => unwatch(folder))
      watchers.set(folder, watcher)
      for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
        if (entry.isDirectory()) watchFolder(pathOf(entry.name), isNew)
        else if (isNew) note(pathOf(entry.name))
      }
    } catch {
      unwatch(folder)
    }
  }
  watchFolder("", false)
  return {
    close: () => {
      clearTimeout(timer)
      for (const folder of [...watchers.keys()]) unwatch(folder)
      return last
    }
  }
}
