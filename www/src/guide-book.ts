import type { EngineClient } from './client';
import type { Placed } from './guide';
import { noFilters } from './route';
import type { ClauseResult, Guide, PolicyPage, Service } from './types';

/** Every policy of the pack as a page, its guides, and what it takes to apply: read once a day of reference. */
export interface GuideBook {
  pages: ReadonlyMap<string, PolicyPage>;
  guides: readonly Placed[];
  service: Service | null;
}

const books = new WeakMap<EngineClient, { asOf: string; book: Promise<GuideBook> }>();

/** The engine answers from memory: reading all pages takes a moment, once. */
export function guideBook(engine: EngineClient, asOf: string): Promise<GuideBook> {
  const known = books.get(engine);
  if (known?.asOf === asOf) return known.book;
  const book = read(engine, asOf);
  books.set(engine, { asOf, book });
  book.catch(() => books.delete(engine));
  return book;
}

async function read(engine: EngineClient, asOf: string): Promise<GuideBook> {
  const { hits } = await engine.search({ query: '', ...noFilters(), as_of: asOf, limit: 10_000 });
  const [service, ...pages] = await Promise.all([engine.service(), ...hits.map((hit) => engine.policy(hit.policy, asOf))]);
  return {
    pages: new Map(pages.map((page) => [page.id, page])),
    guides: pages.flatMap((page) => page.guides.map((guide, index) => ({ guide, page, index }))),
    service,
  };
}

/** The guide of a clause: the one that serves it, else the only one of its policy. */
export function guideOf(book: GuideBook, result: ClauseResult): Guide | null {
  const served = book.guides.find(({ guide }) => guide.benefits.includes(result.id));
  if (served) return served.guide;
  const page = book.pages.get(result.policy);
  return page?.guides.length === 1 && !page.guides[0]!.benefits.length ? page.guides[0]! : null;
}
