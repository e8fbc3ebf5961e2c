// node --experimental-vm-modules choice.mjs: which worker and module the built client chooses in this kernel, which modules
// the kernel compiles, and the scripts that it cannot read.
//
// Written for Node 12, which is the kernel of Chromium 78.

import { readFileSync, readdirSync } from 'fs';
import path from 'path';
import { fileURLToPath, pathToFileURL } from 'url';
import { SourceTextModule } from 'vm';

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../www/dist');
const name = (address) => new URL(address).pathname.slice(pathToFileURL(`${dist}/`).pathname.length);

function compiles(file) {
  try {
    return new WebAssembly.Module(readFileSync(path.join(dist, file))) && 'compiles';
  } catch (error) {
    return 'refused';
  }
}

function reads(file) {
  try {
    return Boolean(new SourceTextModule(readFileSync(path.join(dist, file), 'utf8')));
  } catch (error) {
    return false;
  }
}

/** What of a browser the client touches before its worker speaks. */
function chosen() {
  return new Promise((resolve) => {
    const base = pathToFileURL(`${dist}/`).href;
    globalThis.location = new URL(base);
    globalThis.document = { baseURI: base };
    globalThis.Worker = class {
      constructor(address) {
        this.address = address;
      }

      postMessage({ open }) {
        resolve([name(this.address), name(open.wasm)]);
      }
    };
    import('../../www/dist/client.js').then(({ EngineClient }) => new EngineClient().open());
  });
}

chosen().then(([worker, wasm]) => {
  console.log(`chooses ${worker} ${wasm}`);
  for (const file of ['engine.wasm', 'lowered/engine.wasm']) console.log(`${compiles(file)} ${file}`);
  for (const folder of ['', 'parts/', 'lowered/']) {
    const scripts = readdirSync(path.join(dist, folder)).filter((name) => name.endsWith('.js')).map((name) => folder + name);
    for (const file of scripts.filter((file) => !reads(file))) console.log(`cannot read ${file}`);
  }
});
