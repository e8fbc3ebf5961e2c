// node guide.mjs CASES GLUE WASM PACK: merges guides as the page does and compares with what the library answered.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from '../www/node_modules/esbuild/lib/main.js';

const [casesFile, glue, wasm, pack] = process.argv.slice(2);
const { default: init, Engine } = await import(pathToFileURL(path.resolve(glue)).href);
await init({ module_or_path: await readFile(wasm) });
const engine = new Engine(await readFile(pack));
const { outputFiles } = await esbuild.build({
  entryPoints: ['www/src/guide.ts'], bundle: true, format: 'esm', write: false,
  define: { __ASSETS__: '{}', 'import.meta.url': '""' },
});
const { merge } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);

const service = JSON.parse(engine.service());
const fields = engine.fields();
const cases = JSON.parse(await readFile(casesFile, 'utf8'));
for (const { name, as_of, benefits, profile, report: expected } of cases) {
  const guides = Object.keys(service.guides).reverse().flatMap((id) => {
    const page = engine.policy(id, as_of);
    return page.guides.map((guide, index) => ({ guide, page, index }));
  });
  let found;
  try {
    found = merge({ service, guides, report: engine.calculate(profile, as_of), fields, profile }, benefits, as_of);
  } catch (error) {
    found = error.code;
  }
  assert.deepEqual(JSON.parse(JSON.stringify(found)), expected, name);
}
console.log(`${cases.length} guides are equal`);
