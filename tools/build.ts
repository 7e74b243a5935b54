// Builds the app into out/: main, its threads, preload and demo server as CommonJS for Node 18, the three pages for
// Chrome 114, the assets.
// Those targets let the stand-by runtime and today's Electron run the same build.
import react from '@vitejs/plugin-react'
import { build as bundle, type BuildOptions } from 'esbuild'
import { copyFileSync, cpSync, existsSync, rmSync } from 'node:fs'
import { build as buildPages } from 'vite'
import { inRoot, runTool, say } from './project.ts'

const common = {
  absWorkingDir: inRoot(),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node18',
  external: ['electron'],
  // What an ES module knows of itself, said in CommonJS: some dependencies ask for their own address.
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: {
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
    'import.meta.url': 'importMetaUrl',
  },
  logLevel: 'warning',
} satisfies BuildOptions

/** Builds everything, in some two seconds. Throws what the bundlers say. */
export async function build(): Promise<void> {
  const began = performance.now()
  for (const part of ['electron', 'renderer', 'assets']) rmSync(inRoot('out', part), { recursive: true, force: true })
  await Promise.all([
    bundle({ ...common, entryPoints: ['electron/main.ts'], outfile: 'out/electron/main.cjs' }),
    bundle({ ...common, entryPoints: ['electron/demo/main.ts'], outfile: 'out/electron/demo.cjs' }),
    bundle({
      ...common,
      entryPoints: ['electron/library/index/worker.ts'],
      outfile: 'out/electron/libraryWorker.cjs',
    }),
    bundle({
      ...common,
      entryPoints: ['electron/library/peaks/worker.ts'],
      outfile: 'out/electron/peaks.cjs',
      ...decodersApart,
    }),
    // and these stay one, with all that is under the LGPL in them (2.1, section 6; 3, section 4)
    bundle({
      ...common,
      entryPoints: ['electron/library/audio/decoders.ts'],
      outfile: 'out/electron/decoders.cjs',
      // speech made finer, four megabytes, which nobody asks for
      external: [...common.external, '@wasm-audio-decoders/opus-ml'],
      // each broken frame would be told
      drop: ['console'],
    }),
    bundle({
      ...common,
      entryPoints: ['electron/library/audio/decodingWorker.ts'],
      outfile: 'out/electron/decoding.cjs',
      ...decodersApart,
    }),
    bundle({
      ...common,
      entryPoints: ['electron/library/templates/trialWorker.ts'],
      outfile: 'out/electron/templateTrial.cjs',
    }),
    bundle({
      ...common,
      entryPoints: ['electron/library/vault/passphraseWorker.ts'],
      outfile: 'out/electron/passphrase.cjs',
    }),
    bundle({
      ...common,
      entryPoints: ['electron/library/export/encoderWorker.ts'],
      outfile: 'out/electron/encoder.cjs',
    }),
    bundlePreload(),
    buildPages(pages),
  ])
  // SQLite for a runtime without its own: it looks for itself beside the worker
  cpSync(
    inRoot('node_modules/node-sqlite3-wasm/dist/node-sqlite3-wasm.wasm'),
    inRoot('out/electron/node-sqlite3-wasm.wasm'),
  )
  // LAME stays a file of its own, which anyone may replace by another build of it (LGPL 2.1, section 6)
  copyFileSync(inRoot('node_modules/wasm-media-encoders/wasm/mp3.wasm'), inRoot('out/electron/lame.wasm'))
  if (existsSync(inRoot('assets'))) cpSync(inRoot('assets'), inRoot('out/assets'), { recursive: true })
  say(`Built in ${((performance.now() - began) / 1000).toFixed(1)} s`)
}

/** The decoders are loaded when they are first needed, from the file beside. */
const decodersApart = {
  plugins: [
    {
      name: 'decoders-apart',
      setup: bundler =>
        bundler.onResolve({ filter: /\/decoders\.ts$/ }, () => ({ path: './decoders.cjs', external: true })),
    },
  ],
  // required, since an archive's files could not be imported before Electron 28
  supported: { 'dynamic-import': false },
} satisfies BuildOptions

const pages = {
  configFile: false,
  root: inRoot('renderer'),
  base: './',
  plugins: [react()],
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: inRoot('out/renderer'),
    emptyOutDir: true,
    target: 'chrome114',
    modulePreload: { polyfill: false },
    // A page loads only files of its own origin: nothing is inlined as data.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: {
        index: inRoot('renderer/index.html'),
        mini: inRoot('renderer/mini.html'),
        phone: inRoot('renderer/phone.html'),
      },
    },
  },
} satisfies Parameters<typeof buildPages>[0]

/** The preload runs sandboxed and carries no schema: it gets the names of requests and events as two lists. */
async function bundlePreload(): Promise<void> {
  const names = await bridgeNames()
  await bundle({
    ...common,
    banner: {},
    entryPoints: ['electron/preload.ts'],
    outfile: 'out/electron/preload.cjs',
    define: { REQUEST_NAMES: JSON.stringify(names.requests), EVENT_NAMES: JSON.stringify(names.events) },
  })
}

async function bridgeNames(): Promise<{ requests: string[]; events: string[] }> {
  const bridge = (await import('../shared/bridge.ts')) as { requests: object; events: object }
  return { requests: Object.keys(bridge.requests), events: Object.keys(bridge.events) }
}

if (import.meta.main) await runTool(() => build().then(() => 0))
