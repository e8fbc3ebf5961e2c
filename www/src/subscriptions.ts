import type { EngineClient } from './client';
import { guideBook } from './guide-book';
import type { Change, Status } from './types';
import { daysBetween } from './workdays';

/** A topic, or words that were searched. */
export interface Subscription { kind: 'topic' | 'query'; value: string }

/** What a visitor saw of one policy at the last visit. */
interface Seen { status: Status; clauses: number; issued: string | null }

interface Kept { subscriptions: Subscription[]; day: string | null; edition: string | null; seen: Record<string, Seen> }

export interface News {
  id: string; title: string;
  change: 'new' | 'changed' | 'removed' | 'lapsed' | 'lapsing' | 'closing';
  date: string | null;
  /** What of it changed, as far as the publisher's log tells. */
  what: NonNullable<Change['what']>;
  /** Anchors of the clauses whose words changed. */
  clauses: string[];
}

/** Days before a deadline from which on it is news. */
const CLOSING = 30;

const KEY = 'policy-finder.subscriptions';

/**
 * Subscriptions without a server: topics and searches kept on this device, with the edition seen at the last visit. What is
 * new stands in the log of the pack; packs without a log are compared with what was seen.
 */
export class Subscriptions {
  private kept: Kept;

  /** `pack`: subscriptions belong to a corpus; a page may show several. */
  constructor(private readonly pack: string) {
    this.kept = this.read();
  }

  get list(): readonly Subscription[] {
    return this.kept.subscriptions;
  }

  /** Day of the last visit on which the news were marked as read. */
  get since(): string | null {
    return this.kept.day;
  }

  has(kind: Subscription['kind'], value: string): boolean {
    return this.list.some((s) => s.kind === kind && s.value === value);
  }

  async toggle(kind: Subscription['kind'], value: string, engine: EngineClient, day: string, edition: string | null): Promise<void> {
    if (this.has(kind, value)) {
      this.kept.subscriptions = this.list.filter((s) => s.kind !== kind || s.value !== value);
      await this.prune(engine, day);
    } else {
      const added: Subscription = { kind, value };
      this.kept.subscriptions = [...this.list, added];
      // What is there already is no news of a new subscription.
      for (const [id, policy] of await this.current(engine, day, [added])) this.kept.seen[id] ??= seen(policy);
      this.kept.day ??= day;
      this.kept.edition ??= edition;
    }
    this.write();
  }

  /**
   * What happened since the last visit, and what lapses or closes soon. New, changed and removed policies come from the
   * publisher's log where it reaches back to the edition seen then; else from what this device saw.
   */
  async news(engine: EngineClient, day: string, edition: string | null): Promise<News[]> {
    const [current, { guides, service }] = await Promise.all([this.current(engine, day, this.list), guideBook(engine, day)]);
    const log = service?.changes;
    const seen = this.kept.edition;
    const logged = log?.from !== undefined && seen !== null && seen >= log.from;
    const news: News[] = [];
    const tell = (id: string, title: string, change: News['change'], date: string | null, what: News['what'] = [], clauses: string[] = []) =>
      news.push({ id, title, change, date, what, clauses });
    if (logged && edition !== seen) {
      const told = new Set<string>();
      for (const { day: at, policy, title, change, what, clauses } of log.entries) {
        // The newest entry of a policy speaks for it; one that was taken out is in no search any more.
        if (at <= seen || told.has(policy) || !(current.has(policy) || (change === 'removed' && policy in this.kept.seen))) continue;
        told.add(policy);
        tell(policy, title, change, at, what, clauses);
      }
    }
    for (const [id, policy] of current) {
      const before = this.kept.seen[id];
      const over = policy.status === 'lapsed' || policy.status === 'repealed';
      if (before && over && before.status !== policy.status) tell(id, policy.title, 'lapsed', policy.expires);
      else if (!logged && !before) tell(id, policy.title, 'new', policy.issued);
      else if (!logged && before && (before.clauses !== policy.clauses || before.issued !== policy.issued)) tell(id, policy.title, 'changed', policy.expires);
      else if (policy.status === 'lapsing') tell(id, policy.title, 'lapsing', policy.expires);
    }
    for (const { guide, page, index } of guides) {
      const closes = service?.guides[page.id]?.[index]?.closes;
      if (!closes || !current.has(page.id) || closes < day || daysBetween(day, closes) > CLOSING) continue;
      tell(page.id, guide.item, 'closing', closes);
    }
    const order = ['closing', 'new', 'changed', 'removed', 'lapsing', 'lapsed'];
    return news.sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
  }

  /** Days on which what is subscribed ends or can be applied for no longer. */
  async days(engine: EngineClient, day: string): Promise<{ uid: string; title: string; day: string; closes: boolean }[]> {
    const [current, { guides, service }] = await Promise.all([this.current(engine, day, this.list), guideBook(engine, day)]);
    const ends = [...current].flatMap(([id, { title, expires }]) =>
      expires && expires >= day ? [{ uid: `${id}/expires`, title, day: expires, closes: false }] : []);
    const closing = guides.flatMap(({ guide, page, index }) => {
      const closes = service?.guides[page.id]?.[index]?.closes;
      return closes && closes >= day && current.has(page.id)
        ? [{ uid: `${page.id}/closes/${index}`, title: guide.item, day: closes, closes: true }] : [];
    });
    return [...closing, ...ends];
  }

  async markRead(engine: EngineClient, day: string, edition: string | null): Promise<void> {
    this.kept.edition = edition;
    this.kept.seen = Object.fromEntries([...await this.current(engine, day, this.list)].map(([id, policy]) => [id, seen(policy)]));
    this.kept.day = day;
    this.write();
  }

  private async prune(engine: EngineClient, day: string): Promise<void> {
    const current = await this.current(engine, day, this.list);
    this.kept.seen = Object.fromEntries(Object.entries(this.kept.seen).filter(([id]) => current.has(id)));
  }

  private async current(engine: EngineClient, day: string, subscriptions: readonly Subscription[]): Promise<Map<string, Policy>> {
    const found = new Map<string, Policy>();
    const reports = await Promise.all(subscriptions.map(({ kind, value }) => engine.search({
      query: kind === 'query' ? value : '', ...(kind === 'topic' && { topic: [value] }), as_of: day, sort: 'date', limit: 500,
    })));
    for (const { hits } of reports) {
      for (const hit of hits) {
        found.set(hit.policy, { title: hit.title, status: hit.status, clauses: hit.benefits, issued: hit.issued, expires: hit.expires });
      }
    }
    return found;
  }

  private read(): Kept {
    const none: Kept = { subscriptions: [], day: null, edition: null, seen: {} };
    try {
      const all = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, Kept>;
      return { ...none, ...all[this.pack] };
    } catch {
      return none;
    }
  }

  private write(): void {
    try {
      const all = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, Kept>;
      localStorage.setItem(KEY, JSON.stringify({ ...all, [this.pack]: this.kept }));
    } catch {
      // Storage is forbidden or full: the subscriptions last as long as the page.
    }
  }
}

interface Policy extends Seen { title: string; expires: string | null }

function seen({ status, clauses, issued }: Policy): Seen {
  return { status, clauses, issued };
}
