/**
 * Where the built files are: names with their version as a query, so that a changed file has a changed address in every
 * cache. In the standalone page they are the files themselves.
 */

import { isCurrent } from './kernel';

/** Worker, the same for the main thread, and the module that their glue fits. */
export interface EngineFiles { worker: string; engine: string; wasm: string | BufferSource }

export interface Assets extends EngineFiles { base: string; pack: string | Uint8Array<ArrayBuffer> }

type Files = Omit<Assets, 'base'> & {
  /** The engine in instructions that Chromium 78 knows; absent where `wasm` is that already. */
  lowered?: EngineFiles;
};

/** Beside the element as text: an object would become a file of its own. */
declare const __ASSETS__: string | Files;

const { lowered, ...files } = typeof __ASSETS__ === 'string' ? JSON.parse(__ASSETS__) as Files : __ASSETS__;

export const ASSETS: Assets = { base: import.meta.url, ...files, ...(isCurrent() ? null : lowered) };
