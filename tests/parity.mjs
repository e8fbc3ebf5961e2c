// node parity.mjs CASES GLUE WASM [PACK]: asks the module what native code was asked and compares the answers.
//
// GLUE is wasm-bindgen's file, or the page's own engine.js around it. Also runs on Node 12, as it is the oldest kernel.

import { strict as assert } from 'assert';
import { readFileSync } from 'fs';
import path from 'path';
import { pathToFileURL } from 'url';

const [casesFile, glue, wasm, pack] = process.argv.slice(2);

async function open({ default: init, Engine, Host }) {
  if (Host) {
    const host = await Host.open({ wasm: readFileSync(wasm), pack: readFileSync(pack) }, () => {});
    return (call, values) => host.call(call, values);
  }
  await init({ module_or_path: readFileSync(wasm) });
  const engine = new Engine(pack && readFileSync(pack));
  return (call, values) => engine[call](...values);
}

function answer(ask, { call, arguments: values }) {
  try {
    return ask(call, values);
  } catch (error) {
    assert(error instanceof Error && typeof error.code === 'string', `a crash: ${error}`);
    const { code, message, faults } = error;
    return { error: { code, message, ...(faults && { faults }) } };
  }
}

async function main() {
  const ask = await open(await import(pathToFileURL(path.resolve(glue)).href));
  const cases = JSON.parse(readFileSync(casesFile, 'utf8'));
  for (const one of cases) {
    const found = answer(ask, one);
    assert.deepStrictEqual(found, one.expected, one.name);
    // Nothing but JSON crosses the border: no Map, no BigInt, no undefined.
    assert.deepStrictEqual(JSON.parse(JSON.stringify(found)), found, one.name);
  }
  console.log(`${cases.length} answers are equal`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
