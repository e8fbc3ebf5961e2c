import { html, nothing, type TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { repeat } from 'lit/directives/repeat.js';
import type { PolicyFinderError } from '../client';
import { icon } from '../icons';
import { badge, statusBadge } from '../parts/badge';
import { clauseLabel, clausePart } from '../parts/citation';
import { link } from '../parts/link';
import { marked } from '../parts/marked';
import { SuggestBox } from '../parts/suggest-box';
import { home, noFilters, type Filters, type Route, type Sort } from '../route';
import type { FacetValue, Hit, Level, Overview, SearchReport } from '../types';
import { View } from './view';

type SearchRoute = Extract<Route, { view: 'search' }>;
type Facet = keyof Filters;

const PAGE = 20;
/** Values of a facet shown before the rest is unfolded. */
const SHOWN = 6;
/** Rows of the table of topics before the rest is unfolded. */
const TOPICS = 10;
const LEVELS: readonly Level[] = ['park', 'county', 'city', 'province', 'national'];
const FACETS: readonly Facet[] = ['level', 'topic', 'status', 'channel', 'year', 'department'];
/** Searches to begin with; only those that find something are shown. */
const EXAMPLES: string[] = ['高新技术企业', '研发补助', '技术改造', '贷款贴息', '人才住房', '专精特新', '稳岗', '上市'];

/** 查政策: search box, facets and hits; without a query, the landing page. */
export class SearchView extends View {
  private text = '';
  private report: SearchReport | null = null;
  private landing: Overview | null = null;
  private shown = '';
  private searching = false;
  private readonly suggest = new SuggestBox(this.finder, (suggestion) => {
    this.suggest.close();
    if (suggestion.policy !== null) this.finder.go({ view: 'policy', id: suggestion.policy, clause: null });
    else {
      this.text = suggestion.text;
      this.finder.go({ ...home, query: suggestion.text });
    }
  });
  private composing = false;
  private unfolded = false;
  private allTopics = false;
  private wide = new Set<Facet>();
  private timer = 0;
  private abort: AbortController | null = null;

  title(route: SearchRoute): string {
    return route.query ? `${route.query} - ${this.t.search.title}` : this.t.search.title;
  }

  /** The box says what was asked for. A space after it is the visitor's, who is about to type the next word. */
  fill(route: SearchRoute): void {
    if (!this.typing() && this.text.trim() !== route.query) this.text = route.query;
  }

  /** Another engine: what it answers is asked for again, what was typed stays. */
  renew(): void {
    this.abort?.abort();
    this.report = null;
    this.landing = null;
    this.shown = '';
  }

  enter(route: SearchRoute): void {
    this.fill(route);
    const key = JSON.stringify([route, this.finder.asOf]);
    if (key === this.shown) return;
    this.shown = key;
    if (isHome(route)) {
      this.abort?.abort();
      this.searching = false;
      this.report = null;
      void this.loadLanding();
    } else {
      void this.search(route, 0);
    }
  }

  forget(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.abort?.abort();
    // An aborted signal keeps the place it was aborted at, and with it what was on the page.
    this.abort = null;
    this.suggest.close();
    this.text = '';
    this.report = null;
    this.landing = null;
    this.shown = '';
    this.unfolded = false;
    this.allTopics = false;
    this.wide.clear();
  }

  focusBox(): void {
    this.box()?.focus();
  }

  private async search(route: SearchRoute, offset: number): Promise<void> {
    // A late result never replaces a newer one: the older question is withdrawn.
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    this.searching = true;
    this.finder.redraw();
    try {
      const { query, filters, sort } = route;
      const report = await this.finder.engine.search(
        { query, ...filters, sort, as_of: this.finder.asOf, limit: PAGE, offset },
        { signal: abort.signal },
      );
      if (abort.signal.aborted) return;
      const before = offset && this.report ? this.report.hits : [];
      this.report = { ...report, hits: [...before, ...report.hits] };
      this.finder.say(
        offset ? this.t.search.loadedMore(report.hits.length)
          : report.total ? this.t.search.found(report.total) : this.t.search.foundNone,
      );
      if (offset) void this.focusHit(offset);
      if (!report.total) void this.loadLanding();
    } catch (error) {
      if (abort.signal.aborted) return;
      this.finder.failed(error as PolicyFinderError);
    }
    this.searching = false;
    this.finder.redraw();
  }

  private async loadLanding(): Promise<void> {
    if (this.landing) return;
    const { engine, asOf } = this.finder;
    try {
      this.landing = await engine.overview(asOf, EXAMPLES);
    } catch (error) {
      this.finder.failed(error as PolicyFinderError);
    }
    this.finder.redraw();
  }

  // ---- the box ----

  private box(): HTMLInputElement | null {
    return this.finder.root().querySelector<HTMLInputElement>('.searchbox input');
  }

  private typing(): boolean {
    return this.composing || this.timer !== 0;
  }

  private input(route: SearchRoute, event: Event): void {
    this.text = (event.target as HTMLInputElement).value;
    if (this.composing || (event as InputEvent).isComposing) return;
    clearTimeout(this.timer);
    void this.suggest.ask(this.text);
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.ask(route, { replace: route.query !== '' });
    }, 180);
    this.finder.redraw();
  }

  private keydown(event: KeyboardEvent): void {
    // Enter and Escape of an input method choose a word; 229 is what older kernels say of such a key.
    if (event.isComposing || event.keyCode === 229 || this.composing) {
      if (event.key === 'Enter') event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (this.suggest.keydown(event.key)) {
      event.preventDefault();
      return;
    }
    if (event.key === 'Escape' && this.text) {
      event.preventDefault();
      this.clear();
    }
  }

  private ask(route: SearchRoute, { replace = false } = {}): void {
    clearTimeout(this.timer);
    this.timer = 0;
    const query = this.text.trim();
    // Filters belong to the question that was on the page; a new one starts without them only from an empty box.
    this.finder.go(query ? { ...route, query } : { ...home, filters: route.query ? noFilters() : route.filters }, { replace, stay: true });
  }

  private clear(): void {
    this.text = '';
    this.finder.go(home, { stay: true });
    this.focusBox();
  }

  // ---- filters ----

  private toggle(route: SearchRoute, facet: Facet, value: string): void {
    const typed = facet === 'year' ? Number(value) : value;
    const chosen = route.filters[facet] as (string | number)[];
    const next = chosen.includes(typed) ? chosen.filter((v) => v !== typed) : [...chosen, typed];
    this.finder.go({ ...route, filters: { ...route.filters, [facet]: next } }, { replace: true });
  }

  render(route: SearchRoute): TemplateResult {
    return html`
      ${this.renderBox(route)}
      ${isHome(route) ? this.renderLanding() : this.finder.opening ?? this.renderResults(route)}
    `;
  }

  private renderBox(route: SearchRoute): TemplateResult {
    const { finder } = this;
    const { search } = this.t;
    return html`<form
      class="searchbox"
      part="search"
      role="search"
      @submit=${(event: Event) => {
        event.preventDefault();
        this.suggest.close();
        if (!this.composing) this.ask(route);
      }}
    >
      <div class="searchbox-field">
        ${icon('search')}
        <input
          type="text"
          enterkeyhint="search"
          autocomplete="off"
          inputmode=${finder.kiosk ? 'none' : 'search'}
          autocapitalize="off"
          spellcheck="false"
          maxlength="200"
          role="combobox"
          aria-label=${search.label}
          aria-autocomplete="list"
          aria-expanded=${this.suggest.open ? 'true' : 'false'}
          aria-controls="suggestions"
          aria-activedescendant=${ifDefined(this.suggest.activeId)}
          @blur=${() => this.suggest.close()}
          placeholder=${search.placeholder}
          .value=${this.text}
          @input=${(event: Event) => this.input(route, event)}
          @keydown=${(event: KeyboardEvent) => this.keydown(event)}
          @compositionstart=${() => (this.composing = true)}
          @compositionend=${(event: Event) => {
            this.composing = false;
            this.input(route, event);
          }}
        />
        ${this.text
          ? html`<button type="button" class="bare" aria-label=${search.clear} @click=${() => this.clear()}>
              ${icon('close')}
            </button>`
          : nothing}
        ${this.suggest.render()}
      </div>
      <button class="button primary">${search.submit}</button>
    </form>`;
  }

  /** The doors are there at once; what the corpus says follows. */
  private renderLanding(): TemplateResult {
    const { t, finder, landing } = this;
    const { info } = finder;
    return html`<div class="landing">
      <h2 class="unseen" tabindex="-1">${t.search.title}</h2>
      ${finder.kiosk ? this.renderKioskDoors() : html`<p class="muted intro">${info ? t.search.intro(info.policies, info.benefits) : nothing}</p>
        ${this.renderDoors()}`}
      ${finder.opening ?? (landing ? this.renderOverview(landing) : skeleton(t.loading.opening))}
    </div>`;
  }

  private renderDoors(): TemplateResult {
    const { t, finder } = this;
    return html`<ul class="doors" role="list">
      ${(['match', 'calc'] as const).map((view) => {
        const [name, note] = t.search.doors[view] as [string, string];
        const target: Route = finder.session.empty ? { view: 'ask', key: null } : { view, benefit: null };
        return html`<li>
          ${link(finder, target, html`${icon(view === 'match' ? 'checklist' : 'calculator')}
            <span><strong>${name}</strong><span class="muted">${note}</span></span>${icon('next')}`, 'door')}
        </li>`;
      })}
    </ul>`;
  }

  private renderOverview({ examples, topics, recent, lapsing }: Overview): TemplateResult {
    const { t, finder } = this;
    return html`${examples.length
        ? html`<section>
            <h3>${t.search.examples}</h3>
            <ul class="chips" role="list">
              ${examples.map((query) => html`<li>${link(finder, { ...home, query }, query, 'chip')}</li>`)}
            </ul>
          </section>`
        : nothing}
      ${topics.length && !finder.kiosk ? this.renderTopics(topics) : nothing}
      <div class="columns">
        ${this.renderBrief(t.search.recent, recent)} ${this.renderBrief(t.search.lapsing, lapsing)}
      </div>`;
  }

  /** How many policies of each topic each level has; the more, the darker, and every number is a way there. */
  private renderTopics(topics: Overview['topics']): TemplateResult {
    const { t, finder } = this;
    const levels = LEVELS.filter((level) => topics.some((row) => row.levels[level]));
    const most = Math.max(...topics.flatMap((row) => Object.values(row.levels)));
    const shown = this.allTopics || topics.length <= TOPICS + 1 ? topics : topics.slice(0, TOPICS);
    const to = (topic: string, level?: Level): Route =>
      ({ ...home, filters: { ...noFilters(), topic: [topic], ...(level && { level: [level] }) } });
    return html`<section class="heat">
      <h3 id="heat-title">${t.search.topics}</h3>
      <table aria-labelledby="heat-title">
        <thead><tr><th scope="col">${t.search.facet.topic}</th>
          ${levels.map((level) => html`<th scope="col">${t.level[level]}</th>`)}<th scope="col">${t.search.all}</th></tr></thead>
        <tbody>
          ${shown.map(({ topic, policies, levels: counts }) => html`<tr><th scope="row">${topic}</th>
            ${levels.map((level) => {
              const count = counts[level];
              return count
                ? html`<td class="heat-${Math.ceil((count / most) * 4)}">${
                    link(finder, to(topic, level), count, undefined, t.search.topicAtLevel(topic, t.level[level], count))}</td>`
                : html`<td><span aria-hidden="true">–</span><span class="unseen">0</span></td>`;
            })}
            <td>${link(finder, to(topic), policies, 'total', t.search.topicAtLevel(topic, '', policies))}</td></tr>`)}
        </tbody>
      </table>
      ${shown.length < topics.length
        ? html`<button class="button small" @click=${() => {
            this.allTopics = true;
            finder.redraw();
          }}>${t.search.moreTopics(topics.length - shown.length)}</button>`
        : nothing}
    </section>`;
  }

  private renderKioskDoors(): TemplateResult {
    const { finder, t } = this;
    const ask: Route = { view: 'ask', key: null };
    const doors: ['search' | 'match' | 'calc' | 'guide', Route | null][] = [
      ['search', null],
      ['match', finder.session.empty ? ask : { view: 'match', benefit: null }],
      ['calc', finder.session.empty ? ask : { view: 'calc', benefit: null }],
      ['guide', { view: 'guide' }],
    ];
    return html`<div>
      <p class="kiosk-ask"><strong>${t.kiosk.ask}</strong>(${t.kiosk.askNote})</p>
      <ul class="doors" role="list">
        ${doors.map(([name, target]) => {
          const [title, note] = t.kiosk.doors[name] as [string, string];
          const text = html`<span><strong>${title}</strong><span class="muted">${note}</span></span>`;
          return html`<li>${target
            ? link(finder, target, text, 'door')
            : html`<button class="door" @click=${() => this.focusBox()}>${text}</button>`}</li>`;
        })}
      </ul>
    </div>`;
  }

  private renderBrief(heading: string, hits: Hit[]): TemplateResult | typeof nothing {
    if (!hits.length) return nothing;
    const { t, finder } = this;
    return html`<section>
      <h3>${heading}</h3>
      <ul class="briefs" role="list">
        ${hits.map((hit) => html`<li>
          ${link(finder, { view: 'policy', id: hit.policy, clause: null }, hit.title, 'brief')}
          <p class="facts">
            ${hit.level ? badge(t.level[hit.level], 'level') : nothing}
            ${hit.status === 'lapsing' && hit.expires
              ? html`<span>${t.search.expires(hit.expires)}</span>`
              : hit.issued ? html`<span>${hit.issued}</span>` : nothing}
          </p>
        </li>`)}
      </ul>
    </section>`;
  }

  private renderResults(route: SearchRoute): TemplateResult {
    const { t } = this;
    const report = this.report;
    if (!report) return skeleton(t.loading.searching);
    const chosen = FACETS.reduce((sum, facet) => sum + route.filters[facet].length, 0);
    const folded = this.finder.width !== 'wide';
    // Where nothing was found there is nothing to sort and nothing to narrow.
    const bare = !report.total && !chosen;
    return html`<div class="results ${bare ? 'bare-results' : ''}" aria-busy=${this.searching ? 'true' : 'false'}>
      <div class="results-bar">
        <h2 class="results-count" tabindex="-1">${this.finder.printing && route.query ? t.search.asked(route.query) : nothing}${report.total ? t.search.found(report.total) : t.search.foundNone}</h2>
        ${folded && !bare
          ? html`<button
              class="button small"
              aria-expanded=${this.unfolded ? 'true' : 'false'}
              aria-controls="facets"
              @click=${() => {
                this.unfolded = !this.unfolded;
                this.finder.redraw();
              }}
            >
              ${icon('filter')} ${t.search.filtersCount(chosen)}
            </button>`
          : nothing}
        ${route.query && !bare ? html`${this.finder.kiosk ? nothing : this.renderSubscribe(route.query)}${this.renderSort(route)}` : nothing}
      </div>
      <div class="results-body">
        <aside id="facets" class="facets" aria-label=${t.search.filters} ?hidden=${bare || (folded && !this.unfolded)}>
          ${chosen
            ? html`<button class="button small" @click=${() =>
                this.finder.go({ ...route, filters: noFilters() }, { replace: true })}>
                ${icon('close')} ${t.search.clearFilters}
              </button>`
            : nothing}
          ${FACETS.map((facet) => this.renderFacet(route, facet, report.facets[facet]))}
        </aside>
        <div class="hits-column">
          ${report.correction === null ? nothing
            : html`<p class="notice correction">${t.search.corrected(report.query, report.correction)}</p>`}
          ${report.hits.length
            ? html`<ol class="hits" part="results" role="list">
                ${repeat(report.hits, (hit) => hit.policy, (hit) => this.renderHit(hit))}
              </ol>`
            : this.renderZero(route, report, chosen)}
          ${report.hits.length < report.total
            ? html`<button class="button more" @click=${() => void this.search(route, report.hits.length)}>
                ${t.search.more(Math.min(PAGE, report.total - report.hits.length))}
              </button>`
            : nothing}
        </div>
      </div>
    </div>`;
  }

  private renderSubscribe(query: string): TemplateResult {
    const { finder, t } = this;
    const on = finder.subscriptions.has('query', query);
    return html`<button class="button small" aria-pressed=${on ? 'true' : 'false'} title=${t.subscribe.save} aria-label=${t.subscribe.save}
      @click=${() => void finder.subscriptions.toggle('query', query)}>${on ? t.subscribe.saved : t.nav.subscribe}</button>`;
  }

  private renderSort(route: SearchRoute): TemplateResult {
    const { search } = this.t;
    const option = (sort: Sort, label: string) => html`<button
      aria-pressed=${route.sort === sort ? 'true' : 'false'}
      @click=${() => this.finder.go({ ...route, sort }, { replace: true })}
    >${label}</button>`;
    return html`<div class="segments" role="group" aria-label=${search.sort}>
      ${option('relevance', search.byRelevance)}${option('date', search.byDate)}
    </div>`;
  }

  private renderFacet(route: SearchRoute, facet: Facet, values: FacetValue[]): TemplateResult | typeof nothing {
    const chosen = new Set(route.filters[facet].map(String));
    const shown = values.filter(({ count, value }) => count > 0 || chosen.has(value));
    if (shown.length < 2 && !chosen.size) return nothing;
    const all = this.wide.has(facet) || shown.length <= SHOWN + 1;
    const visible = all ? shown : shown.filter(({ value }, index) => index < SHOWN || chosen.has(value));
    return html`<fieldset class="facet">
      <legend>${this.t.search.facet[facet]}</legend>
      ${repeat(visible, ({ value }) => value, ({ value, label, count }) => html`<label class="tick">
        <input
          type="checkbox"
          .checked=${chosen.has(value)}
          @change=${() => this.toggle(route, facet, value)}
        />
        <span class="tick-name">${this.facetName(facet, value, label)}</span><span class="count">${count}</span>
      </label>`)}
      ${visible.length < shown.length
        ? html`<button class="textual" @click=${() => {
            this.wide.add(facet);
            this.finder.redraw();
          }}>${this.t.search.moreValues(shown.length - visible.length)}</button>`
        : nothing}
    </fieldset>`;
  }

  /** Fixed values have the words of the badges beside the hits; the rest are words of the corpus. */
  private facetName(facet: Facet, value: string, label: string): string {
    const { t } = this;
    const names: Partial<Record<Facet, Record<string, string>>> = { level: t.level, status: t.status, channel: t.channel };
    return names[facet]?.[value] ?? label;
  }

  private renderHit(hit: Hit): TemplateResult {
    const { t, finder } = this;
    const over = hit.status === 'lapsed' || hit.status === 'repealed';
    const place = clauseLabel(hit.label) || t.search.placeless;
    const between = /^[〇零一二三四五六七八九十百]+$/.test(place) ? '、' : ' ';
    return html`<li class="hit" part="card">
      <p class="facts">
        ${hit.level ? badge(t.level[hit.level], 'level') : nothing} ${statusBadge(hit.status, t)}
        ${hit.doc_number ? html`<span>${hit.doc_number}</span>` : nothing}
        ${hit.issued ? html`<span>${hit.issued}</span>` : nothing}
        ${hit.expires ? html`<span>${over ? t.search.expired(hit.expires) : t.search.expires(hit.expires)}</span>` : nothing}
      </p>
      <h3>${link(finder, { view: 'policy', id: hit.policy, clause: null }, marked(hit.title, hit.title_marks))}</h3>
      <p class="snippet">${marked(hit.snippet, hit.highlights)}</p>
      <p class="hit-links">
        ${link(finder, { view: 'policy', id: hit.policy, clause: clausePart(hit.clause) },
          html`${place}${hit.heading && hit.heading !== hit.title ? html`${between}${hit.heading}` : nothing}`, 'place')}
        ${hit.benefits ? html`<span class="computable">${icon('calculator')}${t.search.computable(hit.benefits)}</span>` : nothing}
      </p>
      ${hit.more.length
        ? html`<details class="more-clauses">
            <summary>${t.search.otherClauses(hit.more.length)}</summary>
            <ul role="list">
              ${hit.more.map((other) => html`<li>
                ${link(finder, { view: 'policy', id: hit.policy, clause: clausePart(other.clause) },
                  html`${clauseLabel(other.label) || t.search.placeless} ${other.heading}`)}
              </li>`)}
            </ul>
          </details>`
        : nothing}
    </li>`;
  }

  private renderZero(route: SearchRoute, report: SearchReport, chosen: number): TemplateResult {
    const { t, finder } = this;
    const drop = (term: string) => route.query.replace(term, ' ').replace(/\s+/g, ' ').trim();
    return html`<div class="zero" part="empty">
      <h3>${route.query ? t.search.zeroTitle(route.query) : t.search.foundNone}</h3>
      ${chosen
        ? html`<p>${t.search.zeroFilters(chosen)}</p>
            <p><button class="button" @click=${() => finder.go({ ...route, filters: noFilters() })}>
              ${t.search.zeroFiltersClear}
            </button></p>`
        : nothing}
      ${report.terms.length > 1
        ? html`<p>${t.search.zeroTerms}</p>
            <ul class="chips" role="list">
              ${report.terms.filter((term) => drop(term) && drop(term) !== route.query).map((term) => html`<li>
                ${link(finder, { ...route, query: drop(term) }, html`${term}${icon('close')}`, 'chip', t.search.zeroDrop(term))}
              </li>`)}
            </ul>`
        : nothing}
      <ul class="hints">${t.search.zeroHints.map((hint) => html`<li>${hint}</li>`)}</ul>
      ${this.landing?.examples.length
        ? html`<ul class="chips" role="list">
            ${this.landing.examples.map((query) => html`<li>${link(finder, { ...home, query }, query, 'chip')}</li>`)}
          </ul>`
        : nothing}
      ${finder.info?.contact ? html`<p class="muted">${t.search.zeroHelp(finder.info.contact)}</p>` : nothing}
    </div>`;
  }

  private async focusHit(index: number): Promise<void> {
    await this.finder.rendered();
    this.finder.root().querySelectorAll<HTMLElement>('.hit h3 a')[index]?.focus();
  }
}

/** The landing page: nothing asked, nothing filtered. */
function isHome(route: SearchRoute): boolean {
  return !route.query && FACETS.every((facet) => !route.filters[facet].length);
}

/** Grey lines in the shape of what is coming; shown after 150 ms by the style sheet. */
export function skeleton(label: string): TemplateResult {
  return html`<div class="skeleton" role="img" aria-label=${label}>
    <span></span><span></span><span></span><span></span><span></span>
  </div>`;
}
