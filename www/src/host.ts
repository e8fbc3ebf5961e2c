/** Loads module and pack and answers calls: the same in the worker and on the main thread. */

import init, { Engine } from '../engine/policy_finder.js';
import { bytesOf } from './download';
import type { Method, Progress, Source } from './protocol';
import type { EngineError } from './types';

/** An error as plain data. Whatever has no code of its own was not foreseen by the engine: a crash. */
export function describe(error: unknown): { error: EngineError; crashed: boolean } {
  const { code, message, faults } = error as Partial<EngineError>;
  if (typeof code === 'string') {
    return { error: { code, message: String(message), ...(faults && { faults }) }, crashed: false };
  }
  return { error: { code: 'crashed', message: String(message ?? error) }, crashed: true };
}

function failure(code: string, message: string): Error & { code: string } {
  return Object.assign(new Error(message), { code });
}

/** Bytes of a pack that are held against its checksums before the first answer; of a larger one soon after it. */
const SMALL = 4_000_000;

export class Host {
  private damage: unknown = null;

  private constructor(private readonly engine: Engine) {}

  static async open(source: { wasm: Source['wasm']; pack: Source['pack'] | Promise<Source['pack']> }, progress: (progress: Progress) => void): Promise<Host> {
    // Both at once; a failure of either is reported when its turn comes, not as an unhandled rejection.
    const pack = readPack(source.pack, progress);
    pack.catch(() => {});
    await loadModule(source.wasm);
    progress({ step: 'engine', loaded: 1, total: 1 });
    const bytes = await pack;
    const host = new Host(new Engine(bytes));
    if (bytes.length <= SMALL) host.verify();
    else setTimeout(() => host.verify(), 0);
    if (host.damage) throw host.damage;
    return host;
  }

  /** Of a damaged pack nothing is answered from then on. */
  private verify(): void {
    try {
      this.engine.verify();
    } catch (error) {
      this.damage = error;
    }
  }

  call(method: Method, args: unknown[]): unknown {
    if (this.damage) throw this.damage;
    return (this.engine[method] as (...args: unknown[]) => unknown).apply(this.engine, args);
  }
}

async function loadModule(wasm: string | BufferSource): Promise<void> {
  if (typeof WebAssembly !== 'object') {
    throw failure('no_wasm', 'this browser has no WebAssembly\n  hint: use a newer browser');
  }
  try {
    await init({ module_or_path: typeof wasm === 'string' ? fetchOk(wasm, 'engine_fetch') : wasm });
  } catch (error) {
    if (typeof (error as EngineError).code === 'string') throw error;
    const message = String((error as Error).message ?? error);
    if (/unsafe-eval|Content Security Policy|blocked by CSP/i.test(message)) {
      throw failure('wasm_blocked', `the page's Content-Security-Policy forbids WebAssembly on the main thread
  hint: let the worker file load (worker-src 'self'), or add 'wasm-unsafe-eval' to script-src`);
    }
    throw failure('engine_load', `the engine could not be started: ${message}`);
  }
}

async function readPack(from: Source['pack'] | Promise<Source['pack']>, progress: (progress: Progress) => void): Promise<Uint8Array<ArrayBuffer>> {
  const pack = await from;
  if (typeof pack !== 'string') return pack;
  const response = await fetchOk(pack, 'pack_fetch');
  try {
    return await bytesOf(response, (loaded, total) => progress({ step: 'pack', loaded, total }));
  } catch (error) {
    throw failure('pack_fetch', `${pack} ${(error as Error).message}`);
  }
}

async function fetchOk(url: string, code: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw failure(code, `${url} could not be loaded: ${(error as Error).message}`);
  }
  if (!response.ok) throw failure(code, `${url} could not be loaded: HTTP ${response.status}`);
  return response;
}
