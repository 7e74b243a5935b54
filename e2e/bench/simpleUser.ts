/** Runs in a page: sip.js's own SimpleUser and nothing else, to measure ours against. */
import { SimpleUser } from 'sip.js/lib/platform/web/index.js'

export interface Plain {
  connect(server: string, username: string, password: string): Promise<void>
  call(number: string): void
  hangUp(): Promise<void>
}

declare global {
  var plainUser: Plain
}

let user: SimpleUser | null = null
let host = ''
const self = () => {
  if (user === null) throw new Error('Not connected')
  return user
}

globalThis.plainUser = {
  connect: async (server, username, password) => {
    host = new URL(server).hostname
    user = new SimpleUser(server, {
      aor: `sip:${username}@${host}`,
      media: { remote: { audio: new Audio() } },
      userAgentOptions: {
        authorizationUsername: username,
        authorizationPassword: password,
        logBuiltinEnabled: false,
        // its default asks a public server for our address
        sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: [] } },
      },
    })
    await user.connect()
    await user.register()
  },
  call: number => {
    self()
      .call(`sip:${number}@${host}`)
      .catch((error: unknown) => console.error(error))
  },
  hangUp: () => self().hangup(),
}
