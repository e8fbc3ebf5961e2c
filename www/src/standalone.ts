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

// From file:// a worker may come from a blob, never from another file; and no module can be imported, so
// there is no engine on the main thread.
const worker = URL.createObjectURL(new Blob([bytes('worker.js')], { type: 'text/javascript' }));

globalThis.policyFinderFiles = { worker, engine: worker, wasm: bytes('engine.wasm'), pack: bytes('corpus.pack') };
