/** Main's own dialogs: folders and files are picked here, and no path crosses the bridge. */
import { basename } from 'node:path'
import { dialog, type BrowserWindow } from 'electron'

export interface PickedFolder {
  readonly path: string
  /** What a person sees of it. */
  readonly label: string
}

/** Null when nothing was picked. */
export async function pickFolder(window: BrowserWindow, title: string): Promise<PickedFolder | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, properties: ['openDirectory'] })
  const [path] = filePaths
  return canceled || path === undefined ? null : { path, label: basename(path) || path }
}

/** A file of one kind; null when none was picked. */
export async function pickFile(window: BrowserWindow, title: string, extension: string): Promise<string | null> {
  const filters = [{ name: extension.toUpperCase(), extensions: [extension] }]
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, filters, properties: ['openFile'] })
  const [path] = filePaths
  return canceled || path === undefined ? null : path
}

/** Where to write a copy; null when cancelled. */
export async function pickTarget(window: BrowserWindow, title: string, fileName: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { title, defaultPath: fileName })
  return canceled || filePath === '' ? null : filePath
}
