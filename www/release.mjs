// Makes the list of what belongs together for the offline edition: node release.mjs [DIR] [--golden FILE]
//
// The build calls it for dist/. A portal that has put a pack of its own in place of corpus.pack, or changed app.html, runs it
// once more, with questions about its own corpus (golden.json shows their form).

import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const PAGE = 'app.html';

/** An address is a name, with or without the version that the build wrote behind it. */
const nameOf = (url) => url.replace(/\?.*/, '');

/** Every address that the page can come to: its own links, and what the scripts name. */
async function addresses(dir) {
  const read = (name) => readFile(path.join(dir, name), 'utf8');
  const page = await read(PAGE);
  const found = new Set([PAGE, ...[...page.matchAll(/(?:src|href)="([^":]+)"/g)].map(([, url]) => url)]);
  const built = await readdir(dir);
  const element = built.find((name) => /^element-[0-9a-f]+\.js$/.test(name));
  found.add(element);
  for (const [url] of (await read(element)).matchAll(/[\w./-]+\.(?:js|wasm|pack)\?v=[0-9a-f]+/g)) found.add(url);
  for (const name of await readdir(path.join(dir, 'parts'))) if (name.endsWith('.js')) found.add(`parts/${name}`);
  const webmanifest = JSON.parse(await read('app.webmanifest'));
  for (const { src } of webmanifest.icons) found.add(src);
  return [...found];
}

/** What the engine of this folder answers to the questions, cut down to what is asked to be kept. */
async function answers(dir, questions, files) {
  // A folder of a portal says nowhere that its scripts are modules; an address with a type does.
  const script = await readFile(path.join(dir, 'engine.js'), 'base64');
  const { Host } = await import(`data:text/javascript;base64,${script}`);
  const host = await Host.open({ wasm: files.get('engine.wasm'), pack: new Uint8Array(files.get('corpus.pack')) }, () => {});
  const golden = questions.map(({ name, method, args, keep }) => {
    const found = host.call(method, args);
    const expected = {};
    for (const place of keep) {
      const steps = place.split('.');
      let from = found;
      let to = expected;
      for (const [i, step] of steps.entries()) {
        from = from?.[step];
        if (from === undefined || (Array.isArray(from) && from.length === 0)) throw new Error(`${name}: the answer has no ${place}`);
        if (i === steps.length - 1) to[step] = from;
        else to = to[step] ??= {};
      }
    }
    return { name, method, args, expected };
  });
  return { golden, edition: host.call('info', []).edition };
}

/** Writes release.json, and the sequence into the page. */
export async function release(dir, { golden: goldenFile = path.join(here, 'golden.json'), sequence = now(), version } = {}) {
  const page = path.join(dir, PAGE);
  const text = await readFile(page, 'utf8');
  await writeFile(page, text.replace(/(name="policy-finder-release" content=")\d*/, `$1${sequence}`));
  const urls = await addresses(dir);
  const contents = new Map();
  for (const url of urls) contents.set(nameOf(url), await readFile(path.join(dir, nameOf(url))));
  const files = urls.map((url) => {
    const bytes = contents.get(nameOf(url));
    return { url, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  const { golden, edition } = await answers(dir, JSON.parse(await readFile(goldenFile, 'utf8')), contents);
  const address = (name) => urls.find((url) => nameOf(url) === name);
  const engine = (folder) => ({
    worker: address(`${folder}worker.js`), engine: address(`${folder}engine.js`), wasm: address(`${folder}engine.wasm`),
  });
  const list = {
    format: 1, sequence, version, edition, page: PAGE, pack: address('corpus.pack'),
    engines: { current: engine(''), lowered: engine('lowered/') }, files, trial: true, golden,
  };
  await writeFile(path.join(dir, 'release.json'), `${JSON.stringify(list, null, 2)}\n`);
}

/** Seconds since 1970: a later build has a higher number. SOURCE_DATE_EPOCH makes a build that can be repeated. */
function now() {
  return Number(process.env.SOURCE_DATE_EPOCH ?? Math.floor(Date.now() / 1000));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({ options: { golden: { type: 'string' } }, allowPositionals: true });
  const dir = path.resolve(positionals[0] ?? path.join(here, 'dist'));
  const { version } = JSON.parse(await readFile(path.join(dir, 'manifest.json'), 'utf8'));
  await release(dir, { ...values, version });
}
