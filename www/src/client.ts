/**
 * The engine as the page sees it: typed calls, promises, cancellation.
 *
 * It runs in a worker. Where none can start (a CSP without `worker-src`, files of another origin) it runs on the main
 * thread, with the same answers. After a crash the worker is replaced and waiting calls are sent again.
 *
 * ```ts
 * const engine = new EngineClient({ pack: 'packs/hunan.pack' });
 * const { summary } = await engine.match({ 纳税信用等级: 'A' }, '2026-11-25');
 * ```
 */

import { ASSETS } from './assets';
import { bytesOf, takeEarly } from './download';
import type { Host } from './host';
import type { Calls, FromWorker, Method, Progress, Source, ToWorker } from './protocol';
import type {
  CalculationReport, EngineError, Field, MatchReport, Overview, PackInfo, PolicyPage, Profile, Relative, SearchQuery,
  SearchReport, Service, Suggestion,
} from './types';

export type { Progress } from './protocol';
export type * from './types';

export interface EngineOptions {
  /** Folder of the built files; by default the one this script came from. */
  base?: string | URL;
  /** A pack of one's own: its address relative to the page, or its bytes. By default the corpus built with this script. */
  pack?: string | URL | Uint8Array<ArrayBuffer>;
  /** The WASM file, or its bytes; by default the one built with this script. */
  wasm?: string | URL | BufferSource;
  /** `false`: on the main thread. */
  worker?: boolean;
  onprogress?: (progress: Progress) => void;
  /** The engine crashed and has been started again. */
  onrestart?: (cause: EngineError) => void;
}

export interface CallOptions { signal?: AbortSignal }

/** `event_year`: the year whose events are asked about, by default that of the reference date. */
export interface YearOptions extends CallOptions { event_year?: number | null }

/** A rejection of the engine: `code` for programs, `message` with a hint, `faults` for values that cannot be read. */
export class PolicyFinderError extends Error {
  readonly code: string;
  readonly faults: { key: string; message: string }[];

  constructor(error: EngineError) {
    super(error.message);
    this.name = 'PolicyFinderError';
    this.code = error.code;
    this.faults = error.faults ?? [];
  }
}

interface Pending {
  method: Method;
  args: unknown[];
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** What a client says; `check` is for updates. */
type Spoken = Exclude<ToWorker, { check: unknown }>;

/** What carries calls to an engine and answers back. */
interface Transport {
  post(message: Spoken): void;
  close(): void;
}

export class EngineClient {
  /** How the engine runs; null before it is open. */
  mode: 'worker' | 'main' | null = null;

  private readonly base: URL;
  private readonly source: Source;
  private readonly waiting = new Map<number, Pending>();
  private nextId = 1;
  private transport: Transport | null = null;
  private starting: Promise<PackInfo> | null = null;
  private abandon: ((reason: unknown) => void) | null = null;
  private restarts = 0;

  constructor(private readonly options: EngineOptions = {}) {
    this.base = new URL(options.base ?? './', options.base === undefined ? ASSETS.base : document.baseURI);
    this.source = {
      wasm: this.locate<BufferSource>(options.wasm, ASSETS.wasm),
      pack: this.locate<Uint8Array<ArrayBuffer>>(options.pack, ASSETS.pack),
    };
  }

  /** Starts loading; calls do it by themselves. Rejects when module or pack cannot be opened; the next call tries again. */
  open(): Promise<PackInfo> {
    if (!this.starting) {
      const starting = this.start();
      this.starting = starting;
      starting.catch(() => {
        if (this.starting === starting) this.close();
      });
    }
    return this.starting;
  }

  info(options?: CallOptions): Promise<PackInfo> {
    return this.call('info', [], options);
  }

  fields(options?: CallOptions): Promise<Field[]> {
    return this.call('fields', [], options);
  }

  /** What it takes to apply, and what changed; null where the pack does not tell. */
  async service(options?: CallOptions): Promise<Service | null> {
    const text = await this.call('service', [], options);
    return text === null ? null : JSON.parse(text) as Service;
  }

  search(query: SearchQuery, options?: CallOptions): Promise<SearchReport> {
    return this.call('search', [query], options);
  }

  suggest(typed: string, limit: number, options?: CallOptions): Promise<Suggestion[]> {
    return this.call('suggest', [typed, limit], options);
  }

  overview(as_of: string, examples: string[], options?: CallOptions): Promise<Overview> {
    return this.call('overview', [as_of, examples], options);
  }

  lineage(id: string, as_of: string, options?: CallOptions): Promise<Relative[]> {
    return this.call('lineage', [id, as_of], options);
  }

  policy(id: string, as_of: string, options?: CallOptions): Promise<PolicyPage> {
    return this.call('policy', [id, as_of], options);
  }

  match(profile: Profile, as_of: string, { event_year = null, ...options }: YearOptions = {}): Promise<MatchReport> {
    return this.call('match', [profile, as_of, event_year], options);
  }

  calculate(profile: Profile, as_of: string, { event_year = null, ...options }: YearOptions = {}): Promise<CalculationReport> {
    return this.call('calculate', [profile, as_of, event_year], options);
  }

  /** Ends the engine and its memory; waiting calls are rejected with an `AbortError`. The next call starts a new one. */
  close(): void {
    this.transport?.close();
    this.transport = null;
    this.starting = null;
    this.mode = null;
    this.abandon?.(aborted());
    for (const pending of this.waiting.values()) pending.reject(aborted());
    this.waiting.clear();
  }

  private async call<M extends Method>(
    method: M, args: Parameters<Calls[M]>, { signal }: CallOptions = {},
  ): Promise<ReturnType<Calls[M]>> {
    if (signal?.aborted) throw aborted();
    await this.open();
    if (signal?.aborted) throw aborted();
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      const cancel = () => {
        if (!this.waiting.delete(id)) return;
        this.transport?.post({ cancel: id });
        reject(aborted());
      };
      const done = <T>(settle: (value: T) => void) => (value: T) => {
        signal?.removeEventListener('abort', cancel);
        settle(value);
      };
      signal?.addEventListener('abort', cancel);
      this.transport?.post({ id, method, args });
      this.waiting.set(id, { method, args, resolve: done(resolve as (value: unknown) => void), reject: done(reject) });
    });
  }

  private async start(): Promise<PackInfo> {
    const early = this.early();
    if (this.options.worker !== false) {
      try {
        return await this.connect((receive, lost) => this.inWorker(receive, lost), 'worker', early);
      } catch (error) {
        if (!(error instanceof NoWorker)) throw error;
      }
    }
    return this.connect((receive) => this.onMainThread(receive), 'main', early);
  }

  /** The pack that the loader has asked for already; where that failed its address is enough. Null where it has not. */
  private early(): Promise<Source['pack']> | null {
    const { pack } = this.source;
    const answer = typeof pack === 'string' ? takeEarly(pack) : null;
    const progress = (loaded: number, total: number | null) => this.options.onprogress?.({ step: 'pack', loaded, total });
    return answer && answer
      .then((response) => (response.ok ? bytesOf(response, progress, () => this.starting !== null) : pack))
      .catch(() => pack);
  }

  private connect(
    open: (receive: (message: FromWorker) => void, lost: (reason: unknown) => void) => Transport,
    mode: 'worker' | 'main',
    early: Promise<Source['pack']> | null,
  ): Promise<PackInfo> {
    return new Promise((resolve, reject) => {
      this.abandon = reject;
      const transport = open((message) => {
        // Words of an engine that has been replaced.
        if (this.transport !== transport) return;
        if ('progress' in message) this.options.onprogress?.(message.progress);
        else if ('ready' in message) resolve(message.ready);
        else if ('failed' in message) reject(new PolicyFinderError(message.failed));
        else if ('id' in message) this.settle(message);
      }, reject);
      this.transport = transport;
      this.mode = mode;
      if (early) {
        transport.post({ open: { wasm: this.source.wasm, pack: null } });
        void early.then((pack) => transport.post({ pack }));
      } else {
        transport.post({ open: this.source });
      }
    });
  }

  private settle(message: Extract<FromWorker, { id: number }>): void {
    const pending = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ('value' in message) {
      pending?.resolve(message.value);
      return;
    }
    if (message.crashed) this.restart(message.error);
    pending?.reject(new PolicyFinderError(message.error));
  }

  /** The call that crashed the engine is not tried again; those that waited behind it are. */
  private restart(cause: EngineError): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    this.transport?.close();
    this.transport = null;
    this.restarts++;
    this.starting = null;
    this.open().then(
      () => {
        this.options.onrestart?.(cause);
        for (const [id, pending] of waiting) {
          this.waiting.set(id, pending);
          this.transport?.post({ id, method: pending.method, args: pending.args });
        }
      },
      (error: unknown) => {
        for (const [, pending] of waiting) pending.reject(error);
      },
    );
  }

  private inWorker(receive: (message: FromWorker) => void, lost: (reason: unknown) => void): Transport {
    const url = new URL(ASSETS.worker, this.base);
    let worker: Worker;
    let bootstrap: string | undefined;
    try {
      if (url.origin !== location.origin && url.protocol !== 'blob:') {
        // A worker must come from the page's own origin; a line that fetches it from elsewhere may.
        bootstrap = URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(url.href)})`]));
      }
      worker = new Worker(bootstrap ?? url.href, { name: 'policy-finder' });
    } catch {
      throw new NoWorker();
    }
    let hello = false;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ('hello' in data) {
        hello = true;
        if (bootstrap !== undefined) URL.revokeObjectURL(bootstrap);
      }
      receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (hello) return;
      worker.terminate();
      lost(new NoWorker());
    };
    return { post: (message) => worker.postMessage(message), close: () => worker.terminate() };
  }

  private onMainThread(receive: (message: FromWorker) => void): Transport {
    const url = new URL(ASSETS.engine, this.base);
    // A crashed instance stays in its module: a new one needs a new address. The fragment is one, and downloads nothing.
    if (this.restarts > 0) url.hash = `restart-${this.restarts}`;
    let host: Promise<Host> | undefined;
    const cancelled = new Set<number>();
    let bring!: (pack: Source['pack']) => void;
    const follows = new Promise<Source['pack']>((resolve) => (bring = resolve));
    const post = async (message: Spoken): Promise<void> => {
      // As with a worker, answers never arrive before the caller has finished its turn.
      await Promise.resolve();
      if ('cancel' in message) {
        cancelled.add(message.cancel);
        return;
      }
      if ('pack' in message) {
        bring(message.pack);
        return;
      }
      let module: typeof import('./engine');
      try {
        module = await (import(url.href) as Promise<typeof import('./engine')>);
        if (!module.Host) throw new TypeError('this is not the engine');
      } catch (error) {
        receive({ failed: { code: 'engine_fetch', message: `${url.href} could not be loaded: ${String(error)}` } });
        return;
      }
      try {
        if ('open' in message) {
          const { wasm, pack } = message.open;
          host = module.Host.open({ wasm, pack: pack ?? follows }, (progress) => receive({ progress }));
          receive({ ready: (await host).call('info', []) as PackInfo });
        } else if (host && !cancelled.delete(message.id)) {
          receive({ id: message.id, value: (await host).call(message.method, message.args) });
        }
      } catch (error) {
        const described = module.describe(error);
        receive('open' in message ? { failed: described.error } : { id: message.id, ...described });
      }
    };
    return { post: (message) => void post(message), close: () => (host = undefined) };
  }

  private locate<T>(given: string | URL | T | undefined, built: string | T): string | T {
    if (given === undefined) return typeof built === 'string' ? new URL(built, this.base).href : built;
    // The worker's own address is another base than the page's.
    return typeof given === 'string' || given instanceof URL ? new URL(given, document.baseURI).href : given;
  }
}

class NoWorker extends Error {}

function aborted(): DOMException {
  return new DOMException('cancelled', 'AbortError');
}
