/** Where the visitor is. In page mode the address bar holds it as a hash; answers never enter it. */

import type { Channel, Level, SearchQuery, Status } from './types';

export interface Filters {
  level: Level[]; status: Status[]; topic: string[]; department: string[]; year: number[]; channel: Channel[];
}

export type Sort = NonNullable<SearchQuery['sort']>;

export type Route =
  | { view: 'search'; query: string; filters: Filters; sort: Sort }
  /**
   * `words`: the condition whose sentence is to be pointed out. `against`: the text it is compared with, another policy or
   * this one before the edition of a day.
   */
  | { view: 'policy'; id: string; clause: string | null; words?: string; against?: string }
  | { view: 'ask'; key: string | null }
  | { view: 'check' }
  | { view: 'list'; ids: string[] }
  | { view: 'guide' }
  | { view: 'subscribe' }
  | { view: 'match'; benefit: string | null }
  | { view: 'calc'; benefit: string | null };

export const noFilters = (): Filters => ({ level: [], status: [], topic: [], department: [], year: [], channel: [] });

export const home: Extract<Route, { view: 'search' }> = { view: 'search', query: '', filters: noFilters(), sort: 'relevance' };

const FACETS = ['level', 'status', 'topic', 'department', 'year', 'channel'] as const;

/** `#/policy/park-2021-120/2.3` */
export function toHash(route: Route): string {
  switch (route.view) {
    case 'search': {
      const params: string[] = [];
      if (route.query) params.push(`q=${encodeURIComponent(route.query)}`);
      for (const facet of FACETS) {
        for (const value of route.filters[facet]) params.push(`${facet}=${encodeURIComponent(value)}`);
      }
      if (route.sort !== 'relevance') params.push(`sort=${route.sort}`);
      return `#/search${params.length ? `?${params.join('&')}` : ''}`;
    }
    case 'policy':
      return `#/policy/${encodeURIComponent(route.id)}${route.clause ? `/${encodeURIComponent(route.clause)}` : ''}${
        route.against ? `?against=${encodeURIComponent(route.against)}` : route.words ? `?words=${encodeURIComponent(route.words)}` : ''}`;
    case 'ask':
      return `#/ask${route.key ? `/${encodeURIComponent(route.key)}` : ''}`;
    case 'list':
      return `#/policies/${route.ids.map(encodeURIComponent).join('/')}`;
    case 'check': case 'guide': case 'subscribe':
      return `#/${route.view}`;
    default:
      return `#/${route.view}${route.benefit ? `/${encodeURIComponent(route.benefit)}` : ''}`;
  }
}

/** Anything that is no route of ours leads home. */
export function fromHash(hash: string): Route {
  const [path = '', params = ''] = hash.replace(/^#\/?/, '').split('?') as [string, string?];
  const [view, ...rest] = path.split('/').map(decode);
  switch (view) {
    case 'policy':
      return rest[0] ? { view, id: rest[0], clause: rest[1] || null, ...extra(params) } : home;
    case 'policies': {
      const ids = rest.filter(Boolean);
      return ids.length ? { view: 'list', ids } : home;
    }
    case 'ask':
      return { view, key: rest[0] || null };
    case 'check': case 'guide': case 'subscribe':
      return { view };
    case 'match':
    case 'calc':
      return { view, benefit: rest[0] || null };
    default:
      return searchRoute(params);
  }
}

/** `words=…` or `against=…` */
function extra(params: string): { words?: string; against?: string } {
  const [, key, value] = /^(words|against)=(.+)$/.exec(params) ?? [];
  return key ? { [key]: decode(value!) } : {};
}

function searchRoute(params: string): Route {
  const filters = noFilters();
  let query = '';
  let sort: Sort = 'relevance';
  for (const pair of params.split('&').filter(Boolean)) {
    const [key, value = ''] = pair.split('=').map(decode) as [string, string?];
    if (key === 'q') query = value;
    else if (key === 'sort' && value === 'date') sort = value;
    else if (key === 'year') filters.year.push(Number(value));
    else if ((FACETS as readonly string[]).includes(key)) (filters[key as 'topic']).push(value);
  }
  return { view: 'search', query, filters, sort };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
