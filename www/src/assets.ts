/** Names of the built files, each with its version as a query: a changed file has a changed address in every cache. */

declare const __ASSETS__: { worker: string; engine: string; wasm: string; pack: string };

export const ASSETS = { base: import.meta.url, ...__ASSETS__ };
