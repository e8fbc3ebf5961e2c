/** The releases on this device, and which of them is in force. Read by the page and by the service worker. */

import type { Golden } from '../golden';

/** `release.json`: what belongs together, made by release.mjs. Addresses are relative to it. */
export interface Release {
  format: 1;
  /** A later release has a higher one; a lower one is never taken. */
  sequence: number;
  version: string;
  /** Date of the corpus edition. */
  edition: string | null;
  page: string;
  pack: string;
  /** A device keeps the one that its kernel runs. */
  engines: Record<'current' | 'lowered', Engine>;
  files: ReleaseFile[];
  /** The page tells in `data-trial` of its root how it starts (app.ts). */
  trial?: boolean;
  golden: Golden[];
}

/** Addresses of an engine's files. */
export interface Engine { worker: string; engine: string; wasm: string }

/** Every address but the page's changes with the content. */
export interface ReleaseFile { url: string; bytes: number; sha256: string }

export interface Installed { sequence: number; edition: string | null; page: string }

export interface State {
  current: Installed | null;
  /** The one before, kept whole: the way back. */
  previous: Installed | null;
  /** The highest sequence that was ever in force: one that was left is not taken again. */
  highest: number;
  /** Times that `current` was opened without having started; null once it has. */
  starts: number | null;
  /** The edition that was left because it did not start. */
  left: string | null;
}

const NONE: State = { current: null, previous: null, highest: 0, starts: null, left: null };
/** Openings without a start after which the release before comes back. */
const CHANCES = 2;

/** One origin may hold several portals: names carry the folder. */
export class Releases {
  constructor(readonly base: URL) {}

  cache(sequence: number): Promise<Cache> {
    return caches.open(this.name(sequence));
  }

  private name(sequence: number | ''): string {
    return `policy-finder ${this.base.pathname} ${sequence}`;
  }

  private async names(): Promise<string[]> {
    return (await caches.keys()).filter((name) => name.startsWith(this.name('')));
  }

  /** Where a page stands while it is tried; the service worker before this one asks the network for it, which has none. */
  trialOf({ sequence, page }: Pick<Installed, 'sequence' | 'page'>): URL {
    return new URL(`trial?release=${sequence}&page=${encodeURIComponent(page)}`, this.base);
  }

  async page({ sequence, page }: Pick<Installed, 'sequence' | 'page'>): Promise<Response | undefined> {
    return (await this.cache(sequence)).match(new URL(page, this.base).href);
  }

  /** A file under an address with a version: what any release has there is the right one. */
  async file(url: string): Promise<Response | undefined> {
    for (const name of await this.names()) {
      const found = await (await caches.open(name)).match(url);
      if (found) return found;
    }
    return undefined;
  }

  /** Deletes what neither is in force nor the way back. */
  async tidy(): Promise<void> {
    const { current, previous } = await this.state();
    const kept = [current, previous].map((one) => one && this.name(one.sequence));
    for (const name of await this.names()) if (!kept.includes(name)) await caches.delete(name);
  }

  state(): Promise<State> {
    return this.change((state) => state);
  }

  /** Puts a release in force, in one write. */
  take({ sequence, edition, page }: Release): Promise<State> {
    return this.change((state) => ({
      current: { sequence, edition, page }, previous: state.current, highest: Math.max(state.highest, sequence), starts: 0, left: null,
    }));
  }

  /** The page is opened. What did not start twice gives way to the one before. */
  opened(): Promise<State> {
    return this.change((state) =>
      state.starts === null ? state
      : state.starts < CHANCES || !state.previous ? { ...state, starts: state.starts + 1 }
      : leave(state));
  }

  /** The page of this sequence cannot open its pack: the one before comes back at once. Is there one? */
  async failed(sequence: number): Promise<boolean> {
    const after = await this.change((state) =>
      state.current?.sequence === sequence && state.starts !== null && state.previous ? leave(state) : state);
    return after.left !== null && after.current?.sequence !== sequence;
  }

  /** The page of this sequence has the pack open. */
  started(sequence: number): Promise<State> {
    return this.change((state) => (state.current?.sequence === sequence ? { ...state, starts: null } : state));
  }

  /** Back to the release before; a second time leads forward again. */
  back(): Promise<State> {
    return this.change((state) =>
      state.previous ? { ...state, current: state.previous, previous: state.current, starts: null, left: null } : state);
  }

  /** Reads and writes in one transaction: page and service worker do not overtake each other. */
  private async change(next: (state: State) => State): Promise<State> {
    const database = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction('states', 'readwrite', { durability: 'strict' });
        const states = transaction.objectStore('states');
        const key = this.base.pathname;
        let state = NONE;
        const read = states.get(key) as IDBRequest<State | undefined>;
        read.onsuccess = () => {
          const before = read.result ?? NONE;
          state = next(before);
          if (state !== before) states.put(state, key);
        };
        transaction.oncomplete = () => resolve(state);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  }
}

/** It is not kept as a way back. */
function leave(state: State): State {
  return { ...state, current: state.previous, previous: null, starts: null, left: state.current?.edition ?? '' };
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('policy-finder', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('states');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
