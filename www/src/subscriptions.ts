import type { EngineClient } from './client';
import type { Status } from './types';

/** A topic, or words that were searched. */
export interface Subscription { kind: 'topic' | 'query'; value: string }

/** What a visitor saw of one policy at the last visit. */
interface Seen { status: Status; clauses: number; issued: string | null }

interface Kept { subscriptions: Subscription[]; day: string | null; seen: Record<string, Seen> }

export interface News { id: string; title: string; change: 'new' | 'changed' | 'lapsed' | 'lapsing'; date: string | null }

const KEY = 'policy-finder.subscriptions';

/**
 * Subscriptions without a server: topics and searches kept on this device, with what was seen of them. What is new is
 * the difference between that and the pack of today.
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

  async toggle(kind: Subscription['kind'], value: string, engine: EngineClient, day: string): Promise<void> {
    if (this.has(kind, value)) {
      this.kept.subscriptions = this.list.filter((s) => s.kind !== kind || s.value !== value);
      await this.prune(engine, day);
    } else {
      const added: Subscription = { kind, value };
      this.kept.subscriptions = [...this.list, added];
      // What is there already is no news of a new subscription.
      for (const [id, policy] of await this.current(engine, day, [added])) this.kept.seen[id] ??= seen(policy);
      this.kept.day ??= day;
    }
    this.write();
  }

  /** Differences to the last visit, and what lapses within 90 days. */
  async news(engine: EngineClient, day: string): Promise<News[]> {
    const news: News[] = [];
    for (const [id, policy] of await this.current(engine, day, this.list)) {
      const before = this.kept.seen[id];
      const over = policy.status === 'lapsed' || policy.status === 'repealed';
      const change: News['change'] | null =
        !before ? 'new'
        : over && before.status !== policy.status ? 'lapsed'
        : before.clauses !== policy.clauses || before.issued !== policy.issued ? 'changed'
        : policy.status === 'lapsing' ? 'lapsing'
        : null;
      if (change) news.push({ id, title: policy.title, change, date: change === 'new' ? policy.issued : policy.expires });
    }
    const order = ['new', 'changed', 'lapsing', 'lapsed'];
    return news.sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
  }

  /** Days on which what is subscribed ends. */
  async expiries(engine: EngineClient, day: string): Promise<{ id: string; title: string; day: string }[]> {
    return [...await this.current(engine, day, this.list)].flatMap(([id, { title, expires }]) =>
      expires && expires >= day ? [{ id, title, day: expires }] : []);
  }

  async markRead(engine: EngineClient, day: string): Promise<void> {
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
    const none: Kept = { subscriptions: [], day: null, seen: {} };
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
