/**
 * Where the built files are: names with their version as a query, so that a changed file has a changed address in every
 * cache. In the standalone page they are the files themselves.
 */

export interface Assets { base: string; worker: string; engine: string; wasm: string | BufferSource; pack: string | Uint8Array<ArrayBuffer> }

declare const __ASSETS__: Omit<Assets, 'base'>;

export const ASSETS: Assets = { base: import.meta.url, ...__ASSETS__ };
