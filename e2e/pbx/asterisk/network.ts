// What Asterisk needs of the network: free ports on loopback, and one address that is not 127.*.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'

/** An address of the range that is kept for documentation (RFC 5737); nothing else has it. */
const SPARE_ADDRESS = '192.0.2.10/32'

/**
 * An IPv4 address of this machine that is not 127.*, or undefined. Asterisk makes ICE candidates only of such an address;
 * we have it renamed to 127.0.0.1, so nothing is sent to it.
 */
export function localAddress(interfaces: typeof networkInterfaces = networkInterfaces): string | undefined {
  return Object.values(interfaces())
    .flatMap(addresses => addresses ?? [])
    .find(({ family, address }) => family === 'IPv4' && !address.startsWith('127.'))?.address
}

/**
 * The words to put before a command that runs this suite (Asterisk and all that talk to it): none where the machine has an
 * address that will do, else those that give the command a network of its own, with such an address on its loopback
 * interface. Linux with unshare(1) and ip(8); without root also user namespaces.
 */
export function networkWords(has = localAddress() !== undefined): string[] {
  if (has) return []
  const script = `ip link set lo up && ip address add ${SPARE_ADDRESS} dev lo && exec "$@"`
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()]
  const inside = ['--net', '--', 'sh', '-c', script, 'sh']
  if (uid === 0) return ['unshare', ...inside]
  // In the outer namespace we are root, to set up the network; in the inner one ourselves again.
  return ['unshare', '--map-root-user', ...inside, 'unshare', `--map-user=${uid}`, `--map-group=${gid}`, '--']
}

/** TCP ports of 127.0.0.1 that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('A TCP server has no port')
    ports.push(address.port)
  }
  for (const server of servers) {
    server.close()
    await once(server, 'close')
  }
  return ports
}
