/** The HTML pages that a client meets where it expected JSON: nginx's for a service that is down, Flask's for no such route. */

export type NginxStatus = 301 | 403 | 404 | 429 | 502

const nginxTitles: Record<NginxStatus, string> = {
  301: '301 Moved Permanently',
  403: '403 Forbidden',
  404: '404 Not Found',
  429: '429 Too Many Requests',
  502: '502 Bad Gateway',
}

/** nginx's own page (transcripts: outages, asterisk-ws). */
export const nginxPage = (status: NginxStatus): string =>
  [
    '<html>',
    `<head><title>${nginxTitles[status]}</title></head>`,
    '<body>',
    `<center><h1>${nginxTitles[status]}</h1></center>`,
    '<hr><center>nginx/1.22.1</center>',
    '</body>',
    '</html>',
    '',
  ].join('\r\n')

/** Flask's page for a path that no route knows. */
export const flaskNotFound = `<!doctype html>
<html lang=en>
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>
`

/** websocketd's answer to a plain GET. */
export const upgradeRequired = `Failed to open a WebSocket connection: empty Upgrade header.

You cannot access a WebSocket server directly with a browser. You need a WebSocket client.
`
