/** The one-file edition: everything it needs stands in the page, so it also runs from a USB stick (`file://`). */

import type { Assets } from './assets';

declare global {
  var policyFinderFiles: Omit<Assets, 'base'>;
}

function bytes(id: string): Uint8Array<ArrayBuffer> {
  const text = atob(document.getElementById(id)!.textContent.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

// From file:// a script may come from a blob, never from another file: the worker's and, where none may start, the engine's.
const script = (id: string) => URL.createObjectURL(new Blob([bytes(id)], { type: 'text/javascript' }));

globalThis.policyFinderFiles = {
  worker: script('worker.js'), engine: script('engine.js'), wasm: bytes('engine.wasm'), pack: bytes('corpus.pack'),
};
