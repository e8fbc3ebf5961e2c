// What a visitor downloads: node sizes.mjs writes docs/sizes.md, node sizes.mjs --check holds the budgets.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

const here = path.dirname(fileURLToPath(import.meta.url));

/**
 * `budget`: bytes in brotli at which the build fails; `aim`: where it should come to. `when`: files without it load before
 * the first hits; `*` stands for a hash of the content.
 */
const FILES = [
  { name: 'policy-finder.js', what: 'loader, the one line of a portal', budget: 3_000 },
  { name: 'element-*.js', what: 'element: frame, search, policies, the Chinese texts', budget: 45_000 },
  { name: 'worker.js', what: 'worker with the glue of the module', budget: 8_000 },
  { name: 'engine.wasm', what: 'engine without corpus', budget: 325_000, aim: 60_000 },
  { name: 'corpus.pack', what: 'bundled corpus', budget: 600_000 },
  { name: 'parts/later-*.js', what: 'questionnaire, report, guides, subscriptions', budget: 30_000, when: 'idle' },
  { name: 'parts/speech-*.js', what: 'reading aloud', budget: 2_000, when: 'idle' },
  { name: 'parts/kiosk-*.js', what: 'keys on the screen, the end of a visit', budget: 12_000, when: 'asked' },
  { name: 'parts/slip-*.js', what: 'slip of 80 mm with a QR code', budget: 8_000, when: 'asked' },
  { name: 'parts/exports-*.js', what: 'reports as files', budget: 4_000, when: 'asked' },
  { name: 'parts/lineage-*.js', what: 'what a policy rests on and what replaced it', budget: 3_000, when: 'asked' },
  { name: 'parts/compare-*.js', what: 'two versions of a policy side by side', budget: 6_000, when: 'asked' },
  { name: 'parts/sentence-*.js', what: 'the sentence of a condition', budget: 1_000, when: 'asked' },
  { name: 'parts/en-*.js', what: 'texts in English', budget: 9_000, when: 'asked' },
  { name: 'parts/zh-TW-*.js', what: 'texts in traditional characters', budget: 9_000, when: 'asked' },
  { name: 'element.js', what: 'the element under a name that stays, for npm', budget: 200, when: 'asked' },
  { name: 'engine.js', what: 'the engine on the main thread, where no worker can start', budget: 8_000, when: 'asked' },
  { name: 'lowered/worker.js', what: 'worker, for kernels before Chromium 96', budget: 8_000, when: 'old' },
  { name: 'lowered/engine.wasm', what: 'engine, for them', budget: 325_000, when: 'old' },
  { name: 'lowered/engine.js', what: 'the engine on the main thread, for them', budget: 8_000, when: 'asked' },
  { name: 'app.js', what: 'offline edition: updates', budget: 6_000, when: 'asked' },
  { name: 'sw.js', what: 'offline edition: service worker', budget: 3_000, when: 'asked' },
  { name: 'embed.js', what: 'a portal\'s line for the finder in a frame', budget: 1_000, when: 'asked' },
  { name: 'frame.js', what: 'the page in that frame', budget: 1_500, when: 'asked' },
  { name: 'client.js', what: 'typed client without the element', budget: 8_000, when: 'asked' },
];
const WHEN = { first: 'before the first hits', idle: 'after them, when nothing else loads', asked: 'when it is wanted', old: 'in place of its namesake' };

/** Pages beside the finder, not part of it. */
const DEMO = new Set(['configure.js']);

const number = (n) => n.toLocaleString('en-US');
const dist = path.join(here, 'dist');
const built = (await readdir(dist, { recursive: true })).map((name) => name.split(path.sep).join('/'));
/** Every script, module and pack of the folder is in the table: nothing is loaded that is not counted. */
const counted = new Set();
const rows = [];
const over = [];
const sum = [0, 0, 0];
for (const { name, what, budget, aim, when = 'first' } of FILES) {
  const [before, after] = name.split('*');
  const found = built.filter((file) => (after === undefined ? file === name : file.startsWith(before) && file.endsWith(after)));
  if (found.length !== 1) {
    over.push(`${name}: ${found.length} such files were built, not one`);
    continue;
  }
  counted.add(found[0]);
  const bytes = await readFile(path.join(dist, found[0]));
  const brotli = zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  const sizes = [bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, brotli.length];
  if (when === 'first') sizes.forEach((size, i) => { sum[i] += size; });
  if (brotli.length > budget) over.push(`${name}: ${number(brotli.length)} bytes in brotli, the budget is ${number(budget)}`);
  rows.push(`| \`${name}\` | ${what} | ${WHEN[when]} | ${sizes.map(number).join(' | ')} | ${number(budget)}${aim ? ` (aim ${number(aim)})` : ''} |`);
}
for (const name of built) {
  if (/^(?:(?:parts|lowered)\/)?[^/]+\.(?:js|wasm|pack)$/.test(name) && !counted.has(name) && !DEMO.has(name)) over.push(`${name} is in no row of the table`);
}
const table = `| file | what | loads | raw | gzip -9 | brotli 11 | budget (brotli) |
| --- | --- | --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}
| **all that loads before the first hits** | | | ${sum.map((n) => `**${number(n)}**`).join(' | ')} | |
`;

console.log(table);
if (process.argv.includes('--check')) {
  if (over.length) {
    console.error(over.join('\n'));
    process.exit(1);
  }
} else {
  await writeFile(path.join(here, '../docs/sizes.md'), `# Sizes

Bytes of what a visitor downloads, written by \`cargo xtask sizes\`; \`cargo xtask test\` fails above a budget. Code and
corpus are separate files with their own versions in their addresses, so that a new corpus does not reload the code.

${table}
The engine is above its aim of 60 kB, the size of a search without rules. What it holds beside the search (bytes before
compression, built for size, 2026-11-25; built for speed it is a third larger, docs/decisions/0009): evaluation of rules on intervals of exact fractions 100 kB, sorting 52 kB in 16 copies, reading
of rule tables 35 kB, writing of reports to JavaScript 60 kB, formatting of numbers and errors 30 kB, texts and tables 68 kB.
`);
}
