/** What page and worker say to each other. */

import type { Golden } from './golden';
import type {
  CalculationReport, EngineError, Field, MatchReport, Overview, PackInfo, PolicyPage, Profile, Relative, SearchQuery,
  SearchReport, Suggestion,
} from './types';

/** The engine's calls, as the page sees them. */
export interface Calls {
  info(): PackInfo;
  fields(): Field[];
  service(): string | null;
  search(query: SearchQuery): SearchReport;
  suggest(typed: string, limit: number): Suggestion[];
  overview(as_of: string, examples: string[]): Overview;
  policy(id: string, as_of: string): PolicyPage;
  lineage(id: string, as_of: string): Relative[];
  match(profile: Profile, as_of: string, event_year?: number | null): MatchReport;
  calculate(profile: Profile, as_of: string, event_year?: number | null): CalculationReport;
}

export type Method = keyof Calls;

/** Where code and corpus are: addresses, or the bytes themselves. */
export interface Source {
  wasm: string | BufferSource;
  pack: string | Uint8Array<ArrayBuffer>;
}

/** `total` is null where the server does not say it. Bytes are counted as they are after decompression. */
export interface Progress { step: 'engine' | 'pack'; loaded: number; total: number | null }

export type ToWorker =
  // Without a pack: it follows, while the module is already on its way.
  | { open: Source | { wasm: Source['wasm']; pack: null } }
  | { pack: Source['pack'] }
  // What an older page says to a newer worker: this message and its answer stay as they are.
  | { check: Source & { golden: Golden[] } }
  | { id: number; method: Method; args: unknown[] }
  | { cancel: number };

export type FromWorker =
  | { hello: true }
  | { progress: Progress }
  | { ready: PackInfo }
  | { checked: string | null }
  | { failed: EngineError }
  | { id: number; value: unknown }
  | { id: number; error: EngineError; crashed: boolean };
