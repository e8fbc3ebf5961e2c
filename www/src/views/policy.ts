import { html, nothing, type TemplateResult } from 'lit';
import type { PolicyFinderError } from '../client';
import { icon } from '../icons';
import { badge, statusBadge } from '../parts/badge';
import { clausePart, ownLabel } from '../parts/citation';
import { guideCard } from '../parts/guide-card';
import { link, web } from '../parts/link';
import { marked } from '../parts/marked';
import type { Comparison } from '../parts/compare';
import { home, noFilters, type Route } from '../route';
import { later } from '../styles';
import type { Change, ClauseText, Mark, PolicyPage, Relative } from '../types';
import { skeleton } from './search';
import { View } from './view';

/** Earlier texts of one policy that are offered for comparison. */
const EDITIONS = 3;

type PolicyRoute = Extract<Route, { view: 'policy' }>;

/** One policy: validity, facts, outline, text by clauses, guides. */
export class PolicyView extends View {
  private page: PolicyPage | null = null;
  private unknown = false;
  private shown = '';
  /** The sentence that a condition was encoded from: its clause, its paragraph there, its place in it. */
  private relatives: readonly Relative[] = [];
  /** Changes of its words that the log of the pack tells, newest first. */
  private changes: readonly Change[] = [];
  private lineage: typeof import('../parts/lineage').lineage | null = null;
  private comparison: { against: string; of: Comparison } | null = null;
  private sentence: { clause: ClauseText; paragraph: number; mark: Mark } | null = null;

  title(route: PolicyRoute): string {
    const title = this.page?.title ?? this.t.loading.opening;
    return route.against ? `${title} - ${this.t.compare.title}` : title;
  }

  enter(route: PolicyRoute): void {
    const key = `${route.id} ${this.finder.asOf}`;
    if (key === this.shown) {
      void this.reveal(route);
      void this.compare(route);
      return;
    }
    this.shown = key;
    this.page = null;
    this.relatives = [];
    this.changes = [];
    this.comparison = null;
    this.unknown = false;
    void this.load(route, key);
  }

  private async load(route: PolicyRoute, key: string): Promise<void> {
    try {
      const { engine, asOf } = this.finder;
      const [page, relatives] = await Promise.all([engine.policy(route.id, asOf), engine.lineage(route.id, asOf)]);
      if (this.shown !== key) return;
      this.page = page;
      this.relatives = relatives;
      this.finder.say(page.title);
    } catch (reason) {
      if (this.shown !== key) return;
      this.shown = '';
      const error = reason as PolicyFinderError;
      this.unknown = error.code === 'unknown_policy';
      if (!this.unknown) this.finder.failed(error);
    }
    this.finder.redraw();
    await this.reveal(route);
    if (this.page && this.shown === key) await Promise.all([this.compare(route), this.place(this.page, key)]);
  }

  /** What is told beside the text: its relatives, and earlier texts of its own. */
  private async place(page: PolicyPage, key: string): Promise<void> {
    const log = this.finder.engine.service().then((service) => service?.changes.entries ?? [], () => []);
    if (this.relatives.length && !this.lineage) {
      const part = await import('../parts/lineage').catch(() => null);
      if (part) {
        later.lineage.replaceSync(part.css);
        this.lineage = part.lineage;
      }
    }
    const entries = told(await log, page.id);
    if (this.shown !== key) return;
    this.changes = entries.slice(0, EDITIONS);
    this.finder.redraw();
  }

  /** The comparison that the place asks for; the code for it comes now. */
  private async compare({ against }: PolicyRoute): Promise<void> {
    const { page } = this;
    if (!against || !page || this.comparison?.against === against) return;
    const { engine, asOf } = this.finder;
    try {
      const { css, Comparison, versionBefore, versionOf } = await import('../parts/compare');
      later.compare.replaceSync(css);
      let of: Comparison;
      if (/^\d{4}-\d{2}-\d{2}$/.test(against)) {
        const changes = told((await engine.service())?.changes.entries ?? [], page.id).filter(({ day }) => day >= against);
        of = new Comparison(this.finder, versionBefore(page, changes), { ...versionOf(page), day: null }, this.t.compare.edition(against));
      } else {
        const other = await engine.policy(against, asOf);
        const newer = this.relatives.some(({ relation, policy }) => relation === 'superseded_by' && policy === against);
        const [before, after] = newer ? [page, other] : [other, page];
        of = new Comparison(this.finder, versionOf(before), versionOf(after), null);
      }
      if (this.page !== page) return;
      this.comparison = { against, of };
    } catch (reason) {
      const error = reason as PolicyFinderError;
      if (error.code === 'unknown_policy') this.unknown = true;
      else this.finder.failed(error);
    }
    this.finder.redraw();
  }

  forget(): void {
    this.page = null;
    this.relatives = [];
    this.changes = [];
    this.comparison = null;
    this.shown = '';
    this.unknown = false;
  }

  /** Brings a clause into sight, or the sentence of it that is meant, and puts the focus on it. */
  private async reveal({ clause, words }: PolicyRoute): Promise<void> {
    this.sentence = null;
    if (clause === null || !this.page) return;
    if (words) await this.pointOut(this.page, clause, words);
    await this.finder.rendered();
    const target = this.finder.root().querySelector<HTMLElement>(`[data-clause="${CSS.escape(clause)}"]`);
    (target?.querySelector('mark') ?? target)?.scrollIntoView({ block: this.sentence ? 'center' : 'start' });
    target?.focus({ preventScroll: true });
  }

  /** Looks for the sentence in the clause and in what stands under it. */
  private async pointOut(page: PolicyPage, part: string, words: string): Promise<void> {
    const start = page.clauses.findIndex(({ clause }) => clausePart(clause) === part);
    if (start < 0) return;
    const { sentenceFor } = await import('../parts/sentence');
    const after = page.clauses.findIndex(({ depth }, at) => at > start && depth <= page.clauses[start]!.depth);
    const clauses = page.clauses.slice(start, after < 0 ? undefined : after);
    const found = sentenceFor(words, clauses.map(({ text }) => text));
    this.sentence = found && { clause: clauses[found.clause]!, paragraph: found.paragraph, mark: found.mark };
    this.finder.redraw();
  }

  render(route: PolicyRoute): TemplateResult {
    const { t, finder } = this;
    if (this.unknown) {
      return html`<div class="notice">
        <h2 tabindex="-1">${t.failure.notFound}</h2>
        <p>${t.failure.notFoundBody}</p>
        <p>${link(finder, home, t.failure.toSearch, 'button primary')}</p>
      </div>`;
    }
    const page = this.page;
    if (!page) return skeleton(t.loading.opening);
    if (route.against) return this.renderComparison(page, route.against);
    const benefits = page.clauses.reduce((sum, clause) => sum + clause.benefits.length, 0);
    return html`<article class="policy">
      <p class="backline screen-only">
        <button class="textual" @click=${() => finder.back()}>${icon('back')} ${t.back}</button>
      </p>
      <div class="policy-head">
        <p class="facts">
          ${page.level ? badge(t.level[page.level], 'level') : nothing} ${statusBadge(page.status, t)}
          ${page.doc_number ? html`<span>${page.doc_number}</span>` : nothing}
        </p>
        <h2 tabindex="-1">${page.title}</h2>
        ${this.renderValidity(page)}
        <p class="facts">
          <span>${t.policy.clauseCount(page.clauses.filter((c) => c.label || c.heading).length)}</span>
          ${benefits ? html`<span>${t.policy.benefitCount(benefits)}</span>` : nothing}
        </p>
        <p class="actions screen-only">
          ${page.source?.url && !finder.kiosk ? html`<a class="button" href=${page.source.url} target="_blank" rel="noopener noreferrer">
            ${icon('link')} ${t.policy.original}</a>` : nothing}
          ${finder.kiosk ? nothing : html`<button class="button" @click=${() => window.print()}>${icon('print')} ${t.policy.print}</button>`}
          ${this.renderVersions(page)}
        </p>
      </div>
      ${page.text ? html`<p class="notice ${page.text}">${page.text === 'restated' ? t.policy.restated : t.policy.verbatim}</p>` : nothing}
      <div class="policy-body">
        ${this.renderOutline(page)}
        <div class="policy-text">
          ${this.renderFacts(page)}
          ${this.relatives.length && this.lineage ? this.lineage(finder, page, this.relatives) : nothing}
          ${page.clauses.map((clause, index) => this.renderClause(page, clause, index, route))}
          ${this.renderGuides(page)}
        </div>
      </div>
    </article>`;
  }

  /** The texts that this one can be compared with. */
  private renderVersions(page: PolicyPage): unknown {
    const { t, finder } = this;
    const to = (against: string, text: string) => link(finder, { view: 'policy', id: page.id, clause: null, against }, text, 'button');
    const versions = this.relatives.filter(({ relation, policy }) => policy && /super/.test(relation));
    return html`${versions.map(({ relation, policy, title }) =>
      to(policy!, `${relation === 'supersedes' ? t.compare.withOlder : t.compare.withNewer}${versions.length > 1 ? ` ${title}` : ''}`))}
      ${this.changes.map(({ day }) => to(day, t.compare.withEdition(day)))}`;
  }

  private renderComparison(page: PolicyPage, against: string): TemplateResult {
    const { t, finder } = this;
    const ready = this.comparison?.against === against ? this.comparison.of : null;
    return html`<article class="policy">
      <p class="backline screen-only">${link(finder, { view: 'policy', id: page.id, clause: null }, html`${icon('back')} ${t.compare.toText}`, 'textual')}</p>
      <div class="policy-head">
        <h2 tabindex="-1">${page.title}</h2>
        ${finder.kiosk ? nothing : html`<p class="actions screen-only">
          <button class="button" @click=${() => window.print()}>${icon('print')} ${t.policy.print}</button></p>`}
      </div>
      ${ready ? ready.render() : skeleton(t.loading.opening)}
    </article>`;
  }

  private renderValidity(page: PolicyPage): TemplateResult | typeof nothing {
    const { validity } = this.t.policy;
    const text =
      page.status === 'repealed' && page.repealed ? validity.repealed(page.repealed)
      : page.status === 'lapsed' && page.expires ? validity.lapsed(page.expires)
      : page.status === 'lapsing' && page.expires ? validity.lapsing(page.expires)
      : page.status === 'upcoming' && page.effective ? validity.upcoming(page.effective)
      : null;
    return text ? html`<p class="validity ${page.status}">${text}</p>` : nothing;
  }

  private renderOutline(page: PolicyPage): TemplateResult | typeof nothing {
    const entries = page.clauses
      .map((clause, index) => ({ clause, parent: parentOf(page.clauses, index) }))
      .filter(({ clause }) => clause.heading && clause.depth < 2);
    if (entries.length < 3) return nothing;
    const list = html`<ol role="list">
      ${entries.map(({ clause, parent }) => html`<li class="depth-${clause.depth}">
        ${link(this.finder, { view: 'policy', id: page.id, clause: clausePart(clause.clause) },
          html`${ownLabel(clause.label, parent)} ${clause.heading}`)}
      </li>`)}
    </ol>`;
    return this.finder.width === 'wide'
      ? html`<nav class="outline" aria-label=${this.t.policy.outline}><h3>${this.t.policy.outline}</h3>${list}</nav>`
      : html`<details class="outline"><summary>${this.t.policy.outline}</summary><nav aria-label=${this.t.policy.outline}>${list}</nav></details>`;
  }

  private renderFacts(page: PolicyPage): TemplateResult {
    const { policy, list } = this.t;
    const topic = (name: string) => link(this.finder, { ...home, filters: { ...noFilters(), topic: [name] } }, name);
    const between = (items: unknown[]) => items.map((item, i) => (i ? html`${list}${item}` : item));
    const rows: [string, unknown][] = [
      [policy.issuer, page.issuer.join(list)],
      [policy.department, page.department.join(list)],
      [policy.docNumber, page.doc_number],
      [policy.indexNumber, page.index_number],
      [policy.issued, page.issued],
      [policy.published, page.published],
      [policy.effective, page.effective],
      [policy.expires, page.expires],
      [policy.repealed, page.repealed],
      [policy.audience, page.audience],
      [policy.topics, page.topics.length ? between(page.topics.map(topic)) : null],
      [policy.interpretation, web(this.finder, page.interpretation)],
      [policy.contact, page.contact],
      [policy.source, page.source && html`${page.source.url
        ? web(this.finder, page.source.url)
        : policy.sourceKinds[page.source.kind ?? ''] ?? page.source.kind}
        ${page.source.retrieved ? html`<span class="muted">${policy.retrieved(page.source.retrieved)}</span>` : nothing}`],
    ];
    return html`<details class="facts-table" ?open=${this.finder.width === 'wide' || this.finder.printing}>
      <summary>${policy.facts}</summary>
      <dl>
        ${rows.filter(([, value]) => value).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>
      ${page.not_found.length
        ? html`<p class="not-found"><strong>${policy.notFound}</strong>
            ${page.not_found.map((name) => this.t.fields[name] ?? name).join(list)}
            <span class="muted">${policy.notFoundNote}</span></p>`
        : nothing}
    </details>`;
  }

  private renderClause(page: PolicyPage, clause: ClauseText, index: number, route: PolicyRoute): TemplateResult {
    const { t, finder } = this;
    const part = clausePart(clause.clause);
    const label = ownLabel(clause.label, parentOf(page.clauses, index));
    const paragraphs = clause.text.split('\n').filter(Boolean);
    const title = html`${label}${label && clause.heading && !/[、.)]$/.test(label) ? ' ' : ''}${clause.heading}`;
    const guides = page.guides.filter((guide) => guide.clause === clause.clause);
    return html`<section
      class="clause depth-${Math.min(clause.depth, 3)} ${route.clause === part ? 'current' : ''}"
      data-clause=${part}
      tabindex="-1"
    >
      ${clause.heading
        ? clause.depth === 0 ? html`<h3>${title}</h3>` : clause.depth === 1 ? html`<h4>${title}</h4>` : html`<h5>${title}</h5>`
        : nothing}
      ${paragraphs.map((paragraph, i) => html`<p>${!clause.heading && label && i === 0 ? html`<span class="number">${label}</span>` : nothing}${
        this.sentence?.clause === clause && this.sentence.paragraph === i ? marked(paragraph, [this.sentence.mark]) : paragraph}</p>`)}
      ${clause.benefits.length
        ? html`<ul class="benefit-chips" role="list">
            ${clause.benefits.map((benefit) => html`<li>
              ${link(finder, { view: 'calc', benefit: benefit.id },
                html`${icon(benefit.computable ? 'calculator' : 'checklist')}<span class="chip-kind">${
                  benefit.computable ? t.policy.computable : t.policy.matchable}</span><span>${benefit.name}</span>`, 'chip')}
            </li>`)}
          </ul>`
        : nothing}
      ${guides.length
        ? html`<p class="guide-link"><a href="#guide" @click=${(event: Event) => {
            event.preventDefault();
            const card = finder.root().querySelector<HTMLElement>(`[data-guide="${page.guides.indexOf(guides[0]!)}"]`);
            card?.scrollIntoView({ block: 'start' });
            card?.focus({ preventScroll: true });
          }}>${t.policy.guideOf}</a></p>`
        : nothing}
    </section>`;
  }

  private renderGuides(page: PolicyPage): TemplateResult | typeof nothing {
    if (!page.guides.length) return nothing;
    return html`<section class="guides">
      <h3>${this.t.policy.guides}</h3>
      ${page.guides.map((guide, index) => guideCard(this.finder, page, guide, index))}
    </section>`;
  }
}

/** Changes of a policy's words, newest first, back to where the log no longer tells what they were. */
function told(log: readonly Change[], id: string): Change[] {
  const entries = log.filter(({ policy, before, clauses }) => policy === id && (before || clauses?.length));
  const unsaid = entries.findIndex(({ before }) => !before);
  return unsaid < 0 ? entries : entries.slice(0, unsaid);
}

/** The label of the nearest clause above that is less deep. */
function parentOf(clauses: readonly ClauseText[], index: number): string {
  const { depth } = clauses[index]!;
  for (let at = index - 1; at >= 0; at--) {
    if (clauses[at]!.depth < depth) return clauses[at]!.label;
  }
  return '';
}
