/** Files that we made, in the hands of the system: shown in its file manager, dragged out of a window. */
import { type NativeImage, nativeImage, shell, type WebContents } from 'electron'

export const showFile = (path: string): void => shell.showItemInFolder(path)

let picture: NativeImage | null = null

/** A drag that began in a page goes on as one of this file. `icon`: what hangs on the pointer. */
export function dragFile(from: WebContents, path: string, icon: string): void {
  picture ??= nativeImage.createFromPath(icon).resize({ width: 48, height: 48 })
  from.startDrag({ file: path, icon: picture })
}
