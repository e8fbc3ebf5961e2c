// Builds dist/: everything a portal copies. The module (engine/) and the pack are made by `cargo xtask build`.
//
// esbuild: one dependency, 0.1 s a build, lowers syntax for old browsers, and asks for no configuration language.

import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import nodeResolve from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
// Traditional characters need a dictionary of words (头发 and 发展); OpenCC's is the one everybody uses.
import { Converter } from 'opencc-js/cn2t';
// Rollup leaves what a lazy part shares with the element in the element's file; esbuild would make files of its own of
// it, each one more request before the first paint.
import { rollup } from 'rollup';
import { release } from './release.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, 'dist');
const within = (...parts) => path.join(here, ...parts);

const { version } = JSON.parse(await readFile(within('package.json'), 'utf8'));

/** The oldest kernel promised (docs/embedding.md): esbuild lowers what is newer. */
const TARGET = ['chrome78', 'firefox101', 'safari16.4'];

/** `import css from './x.css'`: the minified text, lowered for the same browsers. */
async function styleSheet(file) {
  const { code } = await esbuild.transform(await readFile(file, 'utf8'), { loader: 'css', minify: true, target: TARGET });
  return code;
}

/** The mainland table in the characters and words of Taiwan. */
async function traditional() {
  const text = await readFile(within('src', 'i18n', 'zh-CN.ts'), 'utf8');
  return Converter({ from: 'cn', to: 'twp' })(text).replace('zh-CN', 'zh-TW').replace('const zhCN', 'const table').replace('typeof zhCN', 'typeof table');
}

/** Indentation inside templates would reach the page as text nodes and bytes; outside them it means nothing. */
async function unindented(file) {
  const text = file.endsWith('zh-TW.ts') ? await traditional() : await readFile(file, 'utf8');
  return text.replace(/\n[ \t]+/g, '\n');
}

const sources = {
  name: 'sources',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path: file }) => ({ contents: await styleSheet(file), loader: 'text' }));
    build.onLoad({ filter: /src\/.*\.ts$/ }, async ({ path: file }) => ({ contents: await unindented(file), loader: 'ts' }));
  },
};

async function bundle(entry, name, define, options = {}) {
  await esbuild.build({
    entryPoints: [within('src', entry)],
    outfile: path.join(dist, name),
    bundle: true,
    format: 'esm',
    target: TARGET,
    charset: 'utf8',
    minify: true,
    sourcemap: 'linked',
    legalComments: 'linked',
    define,
    plugins: [sources],
    logLevel: 'warning',
    ...options,
  });
  return versioned(name);
}

/**
 * The element and, in parts/, what of it loads when it is wanted. Names carry a hash of the content, because parts name
 * the element's file and it names them. `element.js` is the element under a name that stays.
 */
async function elementAndParts(define) {
  const tsconfigRaw = await readFile(within('tsconfig.json'), 'utf8');
  const legal = new Set();
  const bundle = await rollup({
    input: within('src', 'element.ts'),
    // Parts take from the element's file what they share with it.
    preserveEntrySignatures: 'allow-extension',
    plugins: [
      nodeResolve({ browser: true, extensions: ['.ts', '.js'] }),
      {
        name: 'sources',
        async load(file) {
          if (file.endsWith('.css')) return `export default ${JSON.stringify(await styleSheet(file))}`;
          if (!file.endsWith('.ts')) return null;
          return esbuild.transform(await unindented(file), { loader: 'ts', define, tsconfigRaw, sourcefile: file, sourcemap: true });
        },
        async renderChunk(code, { isEntry }) {
          const { legalComments, ...chunk } = await esbuild.transform(code, {
            format: 'esm', target: TARGET, charset: 'utf8', minify: true, legalComments: 'external', sourcemap: true,
          });
          legal.add(legalComments);
          if (isEntry) chunk.code += '/*! For license information please see element.js.LEGAL.txt */\n';
          return chunk;
        },
      },
    ],
  });
  const { output } = await bundle.write({
    dir: dist, format: 'es', sourcemap: true, entryFileNames: 'element-[hash].js', chunkFileNames: 'parts/[name]-[hash].js', hashCharacters: 'hex',
  });
  await bundle.close();
  const { fileName } = output.find((file) => file.isEntry);
  await writeFile(path.join(dist, 'element.js'), `export { PolicyFinder } from './${fileName}';\n`);
  await writeFile(path.join(dist, 'element.js.LEGAL.txt'), [...legal].join(''));
  return fileName;
}

/** The file's address: a changed file has a changed address in every cache. */
async function versioned(name) {
  const hash = createHash('sha256').update(await readFile(path.join(dist, name))).digest('hex');
  return `${name}?v=${hash.slice(0, 12)}`;
}

/** Everything in one page that also runs from file://. */
async function standalone() {
  const inline = async (entry, define) => {
    const { outputFiles } = await esbuild.build({
      entryPoints: [within('src', entry)],
      bundle: true,
      format: 'iife',
      target: TARGET,
      charset: 'utf8',
      minify: true,
      legalComments: 'inline',
      define,
      plugins: [sources],
      logLevel: 'warning',
      write: false,
    });
    return `<script>${outputFiles[0].text}</script>`;
  };
  const data = async (name, folder = '') => {
    const bytes = await readFile(path.join(dist, folder, name));
    return `<script type="application/octet-stream" id="${name}">${bytes.toString('base64')}</script>`;
  };
  const files = [
    // One module for all kernels: a second one would cost more than its instructions save.
    await data('worker.js', 'lowered/'), await data('engine.js', 'lowered/'), await data('engine.wasm', 'lowered/'), await data('corpus.pack'),
    await inline('standalone.ts', {}),
    await inline('element.ts', { __ASSETS__: 'globalThis.policyFinderFiles', 'import.meta.url': 'document.baseURI' }),
  ];
  const page = await readFile(within('standalone.html'), 'utf8');
  await writeFile(path.join(dist, 'standalone.html'), page.replace('<!--files-->', () => files.join('\n    ')));
}

/** app.html and its service worker: the element kept on the device, with updates that are taken whole or not at all. */
async function offlineEdition(loader) {
  await cp(within('app'), dist, { recursive: true });
  await bundle('pwa/sw.ts', 'sw.js', {}, { format: 'iife' });
  const versions = { 'policy-finder.js': loader, 'app.js': await bundle('pwa/app.ts', 'app.js', {}) };
  for (const name of ['emblem.svg', 'app.css']) versions[name] = await versioned(name);
  const link = async (name) => {
    const text = await readFile(path.join(dist, name), 'utf8');
    await writeFile(path.join(dist, name), text.replace(/"([\w.-]+)"/g, (quoted, file) => (versions[file] ? `"${versions[file]}"` : quoted)));
  };
  await link('app.webmanifest');
  versions['app.webmanifest'] = await versioned('app.webmanifest');
  await link('app.html');
}

async function manifest() {
  const files = {};
  const names = await readdir(dist, { recursive: true });
  for (const name of names.map((n) => n.split(path.sep).join('/')).sort()) {
    const file = path.join(dist, name);
    if (name === 'manifest.json' || name.endsWith('.map') || !(await stat(file)).isFile()) continue;
    const bytes = await readFile(file);
    files[name] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  await writeFile(path.join(dist, 'manifest.json'), `${JSON.stringify({ version, files }, null, 2)}\n`);
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await cp(within('engine', 'policy_finder_bg.wasm'), path.join(dist, 'engine.wasm'));
await cp(within('engine', 'lowered', 'policy_finder_bg.wasm'), path.join(dist, 'lowered', 'engine.wasm'));
await cp(within('engine', 'corpus.pack'), path.join(dist, 'corpus.pack'));
await cp(within('demo'), dist, { recursive: true });

/** Worker and main-thread engine with the glue of a module, beside the module in a folder of `dist/`. */
async function engineFiles(folder, glue) {
  const options = {
    // The glue's default address of the module is never used: it is always named.
    define: { 'import.meta.url': '""' },
    plugins: [sources, {
      name: 'glue',
      setup: (build) => build.onResolve({ filter: /engine\/policy_finder\.js$/ }, () => ({ path: within('engine', glue) })),
    }],
  };
  return {
    worker: await bundle('worker.ts', `${folder}worker.js`, {}, { format: 'iife', ...options }),
    engine: await bundle('engine.ts', `${folder}engine.js`, {}, options),
    wasm: await versioned(`${folder}engine.wasm`),
  };
}

const assets = {
  ...await engineFiles('', 'policy_finder.js'),
  lowered: await engineFiles('lowered/', 'lowered/policy_finder.js'),
  pack: await versioned('corpus.pack'),
};
const define = { __ASSETS__: JSON.stringify(JSON.stringify(assets)) };
await bundle('client.ts', 'client.js', define);
const element = await elementAndParts(define);
const loader = await bundle('loader.ts', 'policy-finder.js', { __ELEMENT__: JSON.stringify(element), __PACK__: JSON.stringify(assets.pack) }, { format: 'iife' });
// The finder in a frame, and the line of the portal around it.
await bundle('embed.ts', 'embed.js', {}, { format: 'iife' });
await bundle('frame.ts', 'frame.js', {}, { format: 'iife' });
for (const name of ['frame.html', 'frame.css']) await cp(within(name), path.join(dist, name));
await offlineEdition(loader);
await standalone();
await release(dist, { version });
await manifest();
