// node run.mjs HARNESS: this engine, natively and in WASM, and the rule engines that it is compared with, in one run.
//
// `cargo xtask bench-rules` has put packs, module and program in place. Prints a table in Markdown.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const [harness] = process.argv.slice(2);
const folder = path.join(root, 'target/rules-peers');

const LIBRARIES = { publicodes: '1.10.3', '@gorules/zen-engine': '0.54.0', 'json-logic-js': '2.0.5' };

const output = (program, ...args) => execFileSync(program, args, {
  cwd: folder,
  env: { ...process.env, POLICY_FINDER_ROOT: root },
  encoding: 'utf8',
  maxBuffer: 1e9,
  stdio: ['ignore', 'pipe', 'inherit'],
});

function write(file, content) {
  const target = path.join(folder, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  // What is copied from a read-only folder is read-only.
  fs.rmSync(target, { force: true });
  fs.writeFileSync(target, content);
}

function prepare() {
  write('package.json', JSON.stringify({ private: true, type: 'module', dependencies: LIBRARIES }));
  for (const file of ['profiles', 'publicodes', 'zen', 'jsonlogic']) {
    write(`src/${file}.mjs`, fs.readFileSync(path.join(harness, `src/${file}.mjs`)));
  }
  write('measure.mjs', fs.readFileSync(path.join(here, 'measure.mjs')));
  output('npm', 'install', '--no-audit', '--no-fund');
  const generator = pathToFileURL(path.join(folder, 'src/profiles.mjs')).href;
  write('profiles.jsonl', output('node', path.join(root, 'tests/exactness/profiles.mjs'), generator));
}

const measure = (engine) => JSON.parse(output('node', 'measure.mjs', engine));
const number = (n) => n.toLocaleString('en-US');
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const wrong = ({ random, boundary }) => [number(random), number(boundary)];

prepare();
const native = JSON.parse(output(path.join(root, 'target/release/rules-bench'), 'forty.pack', 'profiles.jsonl', '2024-12-31'));
const [wasm, publicodes, zen, jsonlogic] = ['wasm', 'publicodes', 'zen', 'jsonlogic'].map(measure);

console.log(`\n${native.clauses} clauses; ${native.steps} lines of trace and ${number(native.bytes)} bytes a profile\n`);
row('engine', 'explains', 'wrong of 5,000 random', 'of 5,000 boundary', 'profiles a CPU-second');
row('---', '---', '---:', '---:', '---:');
row('this engine, native, profiles read beforehand', 'full trace', ...wrong(native.wrong), number(native.evaluated));
row('this engine, native, profiles read too', 'full trace', ...wrong(native.wrong), number(native.read_too));
row('this engine, WASM, within the module', 'full trace', ...wrong(wasm.wrong), number(wasm.inside));
row('this engine, WASM, a profile in and its trace out as text', 'full trace', ...wrong(wasm.wrong), number(wasm.traced));
row('this engine, WASM, `calculate()`: the whole report as objects', 'full trace', ...wrong(wasm.wrong), number(wasm.report));
row('publicodes', 'evaluated tree', ...wrong(publicodes.wrong), number(publicodes.traced));
row('publicodes, each clause rounded', 'evaluated tree', ...wrong(publicodes.wrong_rounding), '–');
row('zen, trace on', 'result of each expression', ...wrong(zen.wrong), number(zen.traced));
row('zen, each clause rounded', '–', ...wrong(zen.wrong_rounding), '–');
row('zen', 'nothing', ...wrong(zen.wrong), number(zen.untraced));
row('json-logic', 'nothing', ...wrong(jsonlogic.wrong), number(jsonlogic.untraced));
