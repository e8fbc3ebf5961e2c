// What a visitor downloads: node sizes.mjs writes docs/sizes.md, node sizes.mjs --check holds the budgets.

import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

const here = path.dirname(fileURLToPath(import.meta.url));

/** `budget`: bytes in brotli at which the build fails; `aim`: where it should come to. */
const FILES = [
  { name: 'policy-finder.js', what: 'loader, the one line of a portal', budget: 3_000 },
  { name: 'element.js', what: 'element with all views and the Chinese texts', budget: 45_000 },
  { name: 'worker.js', what: 'worker with the glue of the module', budget: 8_000 },
  { name: 'engine.js', what: 'the same on the main thread, where no worker can start', budget: 8_000, apart: true },
  { name: 'client.js', what: 'typed client without the element', budget: 8_000, apart: true },
  { name: 'engine.wasm', what: 'engine without corpus', budget: 240_000, aim: 60_000 },
  { name: 'corpus.pack', what: 'bundled corpus', budget: 600_000 },
];

const number = (n) => n.toLocaleString('en-US');
const rows = [];
const over = [];
const sum = [0, 0, 0];
for (const { name, what, budget, aim, apart } of FILES) {
  const file = path.join(here, 'dist', name);
  if (!existsSync(file)) {
    over.push(`${name} was not built`);
    continue;
  }
  const bytes = await readFile(file);
  const brotli = zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  const sizes = [bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, brotli.length];
  if (!apart) sizes.forEach((size, i) => { sum[i] += size; });
  if (brotli.length > budget) over.push(`${name}: ${number(brotli.length)} bytes in brotli, the budget is ${number(budget)}`);
  rows.push(`| \`${name}\` | ${what} | ${sizes.map(number).join(' | ')} | ${number(budget)}${aim ? ` (aim ${number(aim)})` : ''} |`);
}
const table = `| file | what | raw | gzip -9 | brotli 11 | budget (brotli) |
| --- | --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}
| **all that a first visit loads** | | ${sum.map((n) => `**${number(n)}**`).join(' | ')} | |
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
compression, 2026-11-25): evaluation of rules on intervals of exact fractions 100 kB, sorting 52 kB in 16 copies, reading
of rule tables 35 kB, writing of reports to JavaScript 60 kB, formatting of numbers and errors 30 kB, texts and tables 68 kB.
`);
}
