// node measure.mjs ENGINE: one engine in a process of its own, as JSON.
//
// Run in the prepared folder, beside a copy of the harness and of the libraries. Exactness counts the profiles of which
// any of ten awards differs by a fen from integer arithmetic; floats are rounded to the fen first. Speed is profiles of
// forty clauses a second of CPU time, all threads of the process together.

import fs from 'node:fs';
import { pathToFileURL } from 'node:url';

import { KEYS, boundary, exact, profile, rng, toYuan } from './src/profiles.mjs';

const COUNT = 5000;
const SECONDS = 3;
const as_of = '2024-12-31';
const root = process.env.POLICY_FINDER_ROOT;

const random = rng(20240601);
const sets = {
  random: Array.from({ length: COUNT }, () => profile(random)),
  boundary: Array.from({ length: COUNT }, () => boundary(random)),
};

/** Profiles as this engine takes them; the same ones, in the same order. */
function inputs() {
  const lines = fs.readFileSync('profiles.jsonl', 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const of = (kind) => lines.filter((line) => line.kind === kind).map((line) => line.input);
  return { random: of('random'), boundary: of('boundary') };
}

/** `fen` answers a profile's awards in fen. */
async function wrong(given, fen) {
  const counts = {};
  for (const [kind, profiles] of Object.entries(sets)) {
    counts[kind] = 0;
    for (const [index, one] of profiles.entries()) {
      const expected = exact(one);
      const found = await fen(given[kind][index]);
      counts[kind] += KEYS.some((key) => found[key] !== Number(expected[key]));
    }
  }
  return counts;
}

async function speed(given, run) {
  const spent = (since) => {
    const { user, system } = process.cpuUsage(since);
    return (user + system) / 1e6;
  };
  for (let n = 0; n < 200; n++) await run(given[n]);
  const before = process.cpuUsage();
  let count = 0;
  while (spent(before) < SECONDS) {
    for (let n = 0; n < 20; n++) await run(given[count++ % COUNT]);
  }
  return Math.round(count / spent(before));
}

const rounded = (awards) => Object.fromEntries(KEYS.map((key) => [key, Math.round(Number(awards[key]) * 100)]));
const yuan = { random: sets.random.map(toYuan), boundary: sets.boundary.map(toYuan) };

async function publicodes() {
  const { make } = await import('./src/publicodes.mjs');
  const [ten, ten_rounded, forty] = [make(1).run, make(1, true).run, make(4).run];
  return {
    wrong: await wrong(yuan, (given) => rounded(ten(given))),
    wrong_rounding: await wrong(yuan, (given) => rounded(ten_rounded(given))),
    traced: await speed(yuan.random, forty),
  };
}

async function zen() {
  const { make } = await import('./src/zen.mjs');
  const [ten, ten_rounded, forty] = [make(1), make(1, true), make(4)];
  return {
    wrong: await wrong(yuan, async (given) => rounded(await ten.run(given))),
    wrong_rounding: await wrong(yuan, async (given) => rounded(await ten_rounded.run(given))),
    traced: await speed(yuan.random, (given) => forty.dec.evaluate(given, { trace: true })),
    untraced: await speed(yuan.random, (given) => forty.dec.evaluate(given)),
  };
}

async function jsonlogic() {
  const { make } = await import('./src/jsonlogic.mjs');
  const [ten, forty] = [make(1), make(4)];
  return {
    wrong: await wrong(yuan, (given) => rounded(ten(given))),
    untraced: await speed(yuan.random, forty),
  };
}

async function load(folder, name) {
  const module = await import(pathToFileURL(`${folder}/${name}.js`).href);
  await module.default({ module_or_path: fs.readFileSync(`${folder}/${name}_bg.wasm`) });
  return module;
}

async function wasm() {
  const given = inputs();
  const { Engine } = await load(`${root}/www/engine`, 'policy_finder');
  const ten = new Engine(fs.readFileSync('ten.pack'));
  const awards = (profile) => {
    const { clauses } = ten.calculate(profile, as_of);
    const fen = ({ amount: { low, high } }) => (low === high ? Number(low.replace('.', '')) : NaN);
    return Object.fromEntries(clauses.map((clause) => [clause.id.split('#')[1], fen(clause)]));
  };
  const forty = new Engine(fs.readFileSync('forty.pack'));
  const { Sweep } = await load('module', 'policy_finder_rules_bench');
  const sweep = new Sweep(fs.readFileSync('forty.pack'), as_of);
  const batch = new Sweep(fs.readFileSync('forty.pack'), as_of);
  given.random.slice(0, 50).forEach((profile) => batch.add(profile));
  return {
    wrong: await wrong(given, awards),
    inside: 50 * await speed(given.random, () => batch.run()),
    traced: await speed(given.random, (profile) => sweep.trace(profile)),
    report: await speed(given.random, (profile) => forty.calculate(profile, as_of)),
  };
}

console.log(JSON.stringify(await { publicodes, zen, jsonlogic, wasm }[process.argv[2]]()));
