// This engine as a peer of the harness: compiled by the project's own command, searched in WASM.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import zlib from 'node:zlib';

const root = process.env.POLICY_FINDER_ROOT;
const engine = path.join(root, 'www/engine');
const program = path.join(root, 'target/release/policy-finder');

// Sections that other functions than search read too; the rest is the index.
const STORE = ['CORPUS', 'STRINGS', 'LISTS', 'POLICIES', 'CLAUSES', 'TEXT', 'RULES', 'GUIDES'];

export const variants = ['wasm'];
export const note = () => 'policies ranked by the shipped module; words, pinyin and corrections included';

const module = fs.readFileSync(path.join(engine, 'policy_finder_bg.wasm'));
export const libraryBytes = {
  file: 'policy_finder_bg.wasm',
  raw: module.length,
  gzip: zlib.gzipSync(module, { level: 9 }).length,
};

/** A line that would read as front matter, fence or heading is indented. */
function line(text) {
  return /^(\+\+\+|```|#|---| {4})/.test(text) ? ` ${text}` : text;
}

export async function build(docs) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'policy-finder-'));
  const corpus = path.join(folder, 'corpus');
  fs.mkdirSync(corpus);
  for (const { id, title, date, body } of docs) {
    const front = [`id = "d${id}"`, `title = ${JSON.stringify(title)}`];
    if (/^\d{4}-\d\d-\d\d$/.test(date)) front.push(`issued = ${JSON.stringify(date)}`);
    const text = body.split('\n').filter((part) => part.trim()).map(line).join('\n\n');
    fs.writeFileSync(path.join(corpus, `d${id}.md`), `+++\n${front.join('\n')}\n+++\n\n${text}\n`);
  }
  const pack = path.join(folder, 'corpus.pack');
  execFileSync(program, ['compile', corpus, '-o', pack], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { folder, pack };
}

/** The pack as it is, and beside it its sections, so that index and stored text are weighed apart. */
export async function save({ folder, pack }) {
  const bytes = fs.readFileSync(pack);
  fs.rmSync(folder, { recursive: true });
  const index = [];
  const store = [];
  // Header of 32 bytes, then entries of 32 bytes: docs/pack-format.md.
  for (let n = 0; n < bytes.readUInt32LE(12); n++) {
    const entry = 32 + n * 32;
    const tag = bytes.toString('ascii', entry, entry + 8).trim();
    const start = Number(bytes.readBigUInt64LE(entry + 8));
    const section = bytes.subarray(start, start + Number(bytes.readBigUInt64LE(entry + 16)));
    (STORE.includes(tag) ? store : index).push(section);
  }
  return { 'corpus.pack': bytes, 'index.sections': Buffer.concat(index), 'documents.sections': Buffer.concat(store) };
}

export const classify = (name) => ({ 'corpus.pack': 'pack', 'index.sections': 'index' })[name] ?? 'documents';

const { default: init, Engine } = await import(pathToFileURL(path.join(engine, 'policy_finder.js')).href);
await init({ module_or_path: module });

export async function load(files) {
  return new Engine(files['corpus.pack']);
}

export async function search(engine, query, limit) {
  return engine.rank(query, limit, 'policy').map(([id]) => Number(id.slice(1)));
}
