// node run.mjs HARNESS [SEED]: this engine and the libraries that it is compared with, in one run, on one collection.
//
// Prints tables in Markdown and draws docs/search-peers.svg. With a seed the queries are drawn anew, only this engine
// answers, and nothing is drawn.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

import { chart } from './chart.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const [harness, seed] = process.argv.slice(2);

// Of each library the set-up that finds most Chinese text, and the one that answers soonest.
const PEERS = [
  'minisearch:bigram', 'flexsearch:jieba', 'flexsearch:bigram', 'orama:bigram', 'lunr:bigram', 'pagefind:extended',
];

const folder = path.join(root, 'target/search-peers');
const run = (program, ...args) => execFileSync(program, args, {
  cwd: folder, stdio: 'inherit', env: { ...process.env, POLICY_FINDER_ROOT: root },
});

/** A copy of the harness with this engine among its peers. */
function prepare() {
  fs.mkdirSync(path.join(folder, 'data'), { recursive: true });
  for (const file of ['package.json', 'data/queries.jsonl']) write(file, fs.readFileSync(path.join(harness, file)));
  fs.rmSync(path.join(folder, 'src'), { recursive: true, force: true });
  fs.cpSync(path.join(harness, 'src'), path.join(folder, 'src'), { recursive: true });
  write('src/peers/policy-finder.mjs', fs.readFileSync(path.join(here, 'policy-finder.mjs')));
  const bench = fs.readFileSync(path.join(folder, 'src/bench.mjs'), 'utf8');
  const known = bench.replace('const peers = [', "const peers = ['policy-finder', ");
  if (known === bench) throw new Error('src/bench.mjs of the harness lists its peers in another way than expected');
  write('src/bench.mjs', known);
  write('data/laws2000.jsonl', zlib.gunzipSync(fs.readFileSync(path.join(harness, 'data/laws2000.jsonl.gz'))));
  if (!fs.existsSync(path.join(folder, 'node_modules'))) run('npm', 'install', '--no-audit', '--no-fund');
}

function write(file, content) {
  const target = path.join(folder, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  // What is copied from a read-only folder is read-only.
  fs.rmSync(target, { force: true });
  fs.writeFileSync(target, content);
}

function bench(queries, out, peers) {
  fs.rmSync(path.join(folder, out), { recursive: true, force: true });
  run('node', 'src/bench.mjs', '--corpus', 'data/laws2000.jsonl', '--queries', queries, '--out', out, '--only', peers.join());
  return JSON.parse(fs.readFileSync(path.join(folder, out, 'results.json'), 'utf8'));
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(2);

function tables(results) {
  const rows = Object.entries(results.runs).filter(([, { query }]) => query?.quality);
  const size = ({ build: { size } }) => {
    if (size.index) return [megabytes(size.index.raw), megabytes(size.index.gzip)];
    // Pagefind compresses its files itself.
    const parts = Object.entries(size).filter(([name]) => name.startsWith('index'));
    return ['–', megabytes(parts.reduce((sum, [, part]) => sum + part.raw, 0))];
  };
  console.log('\n| engine | index MB | gzip | load, CPU ms | query p50 ms | p99 ms | mean, CPU ms |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const [name, one] of rows) {
    const { load_cpu_ms, warm_ms: { p50, p99, cpu_mean } } = one.query;
    const times = [load_cpu_ms.toFixed(1), p50.toFixed(3), p99.toFixed(2), cpu_mean.toFixed(2)];
    console.log(`| ${[name, ...size(one), ...times].join(' | ')} |`);
  }
  const kinds = ['exact', 'title', 'phrase', 'unaligned', 'multi', 'concat', 'typo', 'pinyin', 'initials'];
  console.log(`\n| engine, first / first ten | ${kinds.map((kind) => `${kind}, ${rows[0][1].query.quality[kind].n}`).join(' | ')} |`);
  console.log(`| --- |${' ---: |'.repeat(kinds.length)}`);
  for (const [name, { query: { quality } }] of rows) {
    const cells = kinds.map((kind) => quality[kind] ? `${quality[kind].top1} / ${quality[kind].top10}` : '–');
    console.log(`| ${[name, ...cells].join(' | ')} |`);
  }
}

prepare();
if (seed) {
  run('node', 'src/build-queries.mjs', 'data/laws2000.jsonl', 'data/seed.jsonl', '--seed', seed);
  tables(bench('data/seed.jsonl', 'results-seed', ['policy-finder']));
} else {
  const results = bench('data/queries.jsonl', 'results', ['policy-finder', ...PEERS]);
  tables(results);
  fs.writeFileSync(path.join(root, 'docs/search-peers.svg'), chart(results));
}
