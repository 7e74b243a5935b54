/** Hands the bridge over, in an isolated world; nothing else. Names are inlined by the build, arguments are parsed in main. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'

declare const REQUEST_NAMES: readonly string[]
declare const EVENT_NAMES: readonly string[]

contextBridge.exposeInMainWorld('bridge', {
  request(name: string, argument: unknown): Promise<unknown> {
    if (!REQUEST_NAMES.includes(name)) throw new TypeError(`Unknown request: ${name}`)
    return ipcRenderer.invoke(name, argument)
  },
  on(name: string, listener: (payload: unknown) => void): () => void {
    if (!EVENT_NAMES.includes(name)) throw new TypeError(`Unknown event: ${name}`)
    const forward = (_event: IpcRendererEvent, payload: unknown) => listener(payload)
    ipcRenderer.on(name, forward)
    return () => void ipcRenderer.off(name, forward)
  },
})
