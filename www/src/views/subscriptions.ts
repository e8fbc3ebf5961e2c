import { html, nothing, type TemplateResult } from 'lit';
import type { PolicyFinderError } from '../client';
import { guideBook } from '../guide-book';
import { badge } from '../parts/badge';
import { clausePart } from '../parts/citation';
import { download } from '../parts/download';
import { link } from '../parts/link';
import { home, type Route } from '../route';
import { Subscriptions, type News, type Subscription } from '../subscriptions';
import type { FacetValue } from '../types';
import { skeleton } from './search';
import { View } from './view';

const TONES: Record<News['change'], string> = {
  new: 'met', changed: 'level', closing: 'unknown', lapsing: 'unknown', removed: 'unmet', lapsed: 'unmet',
};

/** 订阅: topics and searches kept on this device, and what has changed about them since the last visit. */
export class SubscriptionsView extends View {
  private store: Subscriptions | null = null;
  private pack = '';
  private topics: FacetValue[] | null = null;
  private news: News[] | null = null;
  /** Short names of the topics, for the addresses of feeds. */
  private names: Readonly<Record<string, string>> | null = null;

  title(): string {
    return this.t.subscribe.title;
  }

  /** Subscriptions of the open pack. */
  get subscriptions(): Subscriptions {
    const name = this.finder.info?.name ?? '';
    if (!this.store || this.pack !== name) {
      this.pack = name;
      this.store = new Subscriptions(name);
    }
    return this.store;
  }

  forget(): void {
    this.store = null;
    this.topics = null;
    this.news = null;
    this.names = null;
  }

  private get edition(): string | null {
    return this.finder.info?.edition ?? null;
  }

  enter(_route: Route): void {
    void this.load();
  }

  private async load(): Promise<void> {
    const { engine, asOf } = this.finder;
    try {
      this.topics ??= (await engine.search({ query: '', as_of: asOf, limit: 0 })).facets.topic;
      this.news = await this.subscriptions.news(engine, asOf, this.edition);
      this.names ??= (await guideBook(engine, asOf)).service?.topics ?? {};
    } catch (error) {
      this.finder.failed(error as PolicyFinderError);
    }
    this.finder.redraw();
  }

  async toggle(kind: Subscription['kind'], value: string): Promise<void> {
    const { engine, asOf, t } = this.finder;
    try {
      await this.subscriptions.toggle(kind, value, engine, asOf, this.edition);
      this.finder.say(this.subscriptions.has(kind, value) ? t.subscribe.added(value) : t.subscribe.removed(value));
    } catch (error) {
      this.finder.failed(error as PolicyFinderError);
    }
    await this.load();
  }

  render(): TemplateResult {
    const { t, finder, subscriptions } = this;
    if (!this.topics) return skeleton(t.loading.opening);
    const queries = subscriptions.list.filter(({ kind }) => kind === 'query');
    return html`<div class="subscriptions">
      <h2 tabindex="-1">${t.subscribe.title}</h2>
      <p class="muted">${t.subscribe.intro}</p>
      ${subscriptions.list.length ? this.renderNews() : nothing}
      <section>
        <h3>${t.subscribe.topics}</h3>
        <div class="topic-ticks">
          ${this.topics.map(({ value, label, count }) => html`<label class="tick">
            <input type="checkbox" .checked=${subscriptions.has('topic', value)} @change=${() => void this.toggle('topic', value)} />
            <span class="tick-name">${label}</span><span class="count">${count}</span>
          </label>`)}
        </div>
      </section>
      <section>
        <h3>${t.subscribe.queries}</h3>
        ${queries.length
          ? html`<ul class="rows" role="list">
              ${queries.map(({ value }) => html`<li class="saved">
                ${link(finder, { ...home, query: value }, value)}
                <button class="textual" aria-label="${t.subscribe.cancel} ${value}" @click=${() => void this.toggle('query', value)}>
                  ${t.subscribe.cancel}</button>
              </li>`)}
            </ul>`
          : html`<p class="muted">${t.subscribe.noQueries}</p>`}
      </section>
      ${this.renderFeeds()}
    </div>`;
  }

  /** Addresses that the portal publishes, made by `policy-finder feed`. */
  private renderFeeds(): TemplateResult | typeof nothing {
    const { t, finder, subscriptions } = this;
    if (!finder.feeds || finder.kiosk) return nothing;
    const base = new URL(finder.feeds.endsWith('/') ? finder.feeds : `${finder.feeds}/`, document.baseURI).href;
    const followed = subscriptions.list.filter(({ kind, value }) => kind === 'topic' && this.names?.[value]);
    const feeds = [{ name: t.subscribe.everything, file: 'all' }, ...followed.map(({ value }) => ({ name: value, file: this.names![value]! }))];
    return html`<section class="feeds">
      <h3>${t.subscribe.feeds}</h3>
      <p class="muted">${t.subscribe.feedsNote}</p>
      <table class="plain">
        <thead><tr><th scope="col">${t.subscribe.topic}</th><th scope="col">${t.subscribe.feed}</th><th scope="col">${t.subscribe.webcal}</th></tr></thead>
        <tbody>${feeds.map(({ name, file }) => html`<tr><th scope="row">${name}</th>
          <td data-label=${t.subscribe.feed}><a class="long" href="${base}${file}.atom">${base}${file}.atom</a></td>
          <td data-label=${t.subscribe.webcal}><a class="long" href="${base.replace(/^https?:/, 'webcal:')}${file}.ics">${base}${file}.ics</a></td></tr>`)}</tbody>
      </table>
    </section>`;
  }

  private renderNews(): TemplateResult {
    const { t, finder, subscriptions } = this;
    const news = this.news ?? [];
    const fresh = news.filter(({ change }) => change !== 'lapsing' && change !== 'closing').length;
    return html`<section class="news">
      <h3>${subscriptions.since ? t.subscribe.since(subscriptions.since) : t.subscribe.news}</h3>
      ${news.length
        ? html`<ul class="briefs" role="list">
            ${news.map((item) => html`<li>
              ${item.change === 'removed' ? html`<span class="brief">${item.title}</span>`
                : link(finder, { view: 'policy', id: item.id, clause: item.clauses[0] ? clausePart(item.clauses[0]) : null }, item.title, 'brief')}
              <p class="facts">${badge(t.subscribe.change[item.change], TONES[item.change])}${item.date ? html`<span>${item.date}</span>` : nothing}${
                item.what.length ? html`<span>${item.what.map((what) => t.subscribe.what[what]).join(t.list)}</span>` : nothing}</p>
            </li>`)}
          </ul>`
        : html`<p class="muted">${t.subscribe.nothing}</p>`}
      <p><button class="button small" @click=${async () => {
        const { calendar } = await import('../exports');
        const days = await subscriptions.days(finder.engine, finder.asOf);
        const events = days.map(({ uid, title, day, closes }) => (
          { uid: `${uid}@policy-finder`, day, title: closes ? t.subscribe.closes(title) : t.subscribe.expiry(title), note: null }));
        download('policies.ics', 'text/calendar', calendar(t.subscribe.title, events, new Date()));
      }}>${t.subscribe.calendar}</button></p>
      ${fresh
        ? html`<p><button class="button small" @click=${async () => {
            await subscriptions.markRead(finder.engine, finder.asOf, this.edition);
            await this.load();
            finder.say(t.subscribe.read);
          }}>${t.subscribe.markRead}</button></p>`
        : nothing}
    </section>`;
  }
}
