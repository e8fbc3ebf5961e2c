// node parity.mjs CASES GLUE WASM [PACK]: asks the module what native code was asked and compares the answers.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [casesFile, glue, wasm, pack] = process.argv.slice(2);
const { default: init, Engine } = await import(pathToFileURL(path.resolve(glue)).href);
await init({ module_or_path: await readFile(wasm) });
const engine = new Engine(pack && await readFile(pack));

function ask({ call, arguments: values }) {
  try {
    return engine[call](...values);
  } catch (error) {
    assert(error instanceof Error && typeof error.code === 'string', `a crash: ${error}`);
    const { code, message, faults } = error;
    return { error: { code, message, ...(faults && { faults }) } };
  }
}

const cases = JSON.parse(await readFile(casesFile, 'utf8'));
for (const one of cases) {
  const found = ask(one);
  assert.deepStrictEqual(found, one.expected, one.name);
  // Nothing but JSON crosses the border: no Map, no BigInt, no undefined.
  assert.deepStrictEqual(JSON.parse(JSON.stringify(found)), found, one.name);
}
console.log(`${cases.length} answers are equal`);
