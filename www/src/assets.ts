/**
 * Where the built files are: names with their version as a query, so that a changed file has a changed address in every
 * cache. In the standalone page they are the files themselves.
 */

export interface Assets { base: string; worker: string; engine: string; wasm: string | BufferSource; pack: string | Uint8Array<ArrayBuffer> }

/** Beside the element as text: an object would become a file of its own. */
declare const __ASSETS__: string | Omit<Assets, 'base'>;

const files = typeof __ASSETS__ === 'string' ? JSON.parse(__ASSETS__) as Omit<Assets, 'base'> : __ASSETS__;

export const ASSETS: Assets = { base: import.meta.url, ...files };
