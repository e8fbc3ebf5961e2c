/** 新旧对照: two texts side by side, or one below the other where there is no room. */

import { html, nothing, type TemplateResult } from 'lit';
import { align, formerText, runs, type Pair, type Piece, type Run } from '../compare';
import { clauseLabel, ownLabel } from './citation';
import type { Change, PolicyPage } from '../types';
import type { Finder } from '../views/view';

export { default as css } from '../styles/compare.css';

const KINDS = ['changed', 'added', 'removed', 'same'] as const;

/** One of the two texts. */
export interface Version { name: string; number: string | null; day: string | null; restated: boolean; clauses: readonly Piece[] }

export function versionOf(page: PolicyPage): Version {
  return {
    name: page.title, number: page.doc_number, day: page.effective ?? page.issued ?? page.published, restated: page.text === 'restated',
    clauses: page.clauses,
  };
}

/** The text of a policy before the changes of an edition and of those after it. */
export function versionBefore(page: PolicyPage, changes: readonly Change[]): Version {
  return { ...versionOf(page), day: null, clauses: formerText(page.clauses, changes) };
}

/** A comparison on the page: computed once, drawn as often as the page is. */
export class Comparison {
  private readonly pairs: Pair[];
  private whole = false;

  constructor(private readonly finder: Finder, private readonly before: Version, private readonly after: Version, private readonly note: string | null) {
    // Before the first clause of a text in our own words stands where it was found: no part of the policy.
    const restated = before.restated || after.restated;
    const said = (version: Version) => version.clauses.filter(({ label, heading, text }) => (restated ? label || heading : heading || text));
    this.pairs = align(said(before), said(after));
  }

  /** How many clauses stayed, changed, came and went. */
  get counts(): Record<'same' | 'changed' | 'added' | 'removed', number> {
    const counts = { same: 0, changed: 0, added: 0, removed: 0 };
    for (const pair of this.pairs) counts[kindOf(pair)]++;
    return counts;
  }

  render(): TemplateResult {
    const { finder, before, after, counts } = this;
    const { t } = finder;
    const narrow = finder.width === 'narrow';
    const head = ({ name, number, day }: Version) => html`<strong>${name}</strong><span class="facts">${
      number ? html`<span>${number}</span>` : nothing}${day ? html`<span>${day}</span>` : nothing}</span>`;
    const shown = this.pairs.filter((pair) => this.whole || kindOf(pair) !== 'same');
    return html`<section class="compare">
      <h3>${t.compare.title}</h3>
      ${this.note ? html`<p class="muted">${this.note}</p>` : nothing}
      ${before.restated || after.restated ? html`<p class="muted">${t.compare.restated}</p>` : nothing}
      <p class="compare-counts">${KINDS.filter((kind) => counts[kind]).map((kind) => t.compare.count(counts[kind], t.compare.kinds[kind])).join(t.comma)}</p>
      <p class="compare-legend" aria-hidden="true"><del>${t.compare.removed}</del> <ins>${t.compare.added}</ins></p>
      ${counts.same ? html`<p class="screen-only"><button class="button small" aria-pressed=${this.whole ? 'true' : 'false'} @click=${() => {
        this.whole = !this.whole;
        finder.redraw();
      }}>${t.compare.whole}</button></p>` : nothing}
      ${narrow
        ? html`<dl class="compare-heads"><div><dt>${t.compare.before}</dt><dd>${head(before)}</dd></div>
            <div><dt>${t.compare.after}</dt><dd>${head(after)}</dd></div></dl>
            <ol class="compare-list" role="list">${shown.map((pair) => html`<li class=${kindOf(pair)}>${this.renderTitle(pair)}${this.renderMerged(pair)}</li>`)}</ol>`
        : html`<table class="compare-table">
            <thead><tr><th scope="col"><span class="muted">${t.compare.before}</span> ${head(before)}</th>
              <th scope="col"><span class="muted">${t.compare.after}</span> ${head(after)}</th></tr></thead>
            <tbody>${shown.map((pair) => this.renderRow(pair))}</tbody>
          </table>`}
      ${shown.length ? nothing : html`<p>${t.compare.equal}</p>`}
    </section>`;
  }

  private renderRow(pair: Pair): TemplateResult {
    const { t } = this.finder;
    const side = (piece: Piece | null, leave: Run['kind'], absent: string) => html`<td>${piece
      ? html`<h4>${heading(piece)}</h4>${paragraphs(this.runsOf(pair).filter(({ kind }) => kind !== leave), t)}`
      : html`<p class="muted">${absent}</p>`}</td>`;
    return html`<tr class=${kindOf(pair)}>
      ${side(pair.before, 'added', t.compare.absentBefore)}
      ${side(pair.after, 'removed', t.compare.absentAfter)}
    </tr>`;
  }

  private renderTitle({ before, after, moved }: Pair): TemplateResult {
    const { t } = this.finder;
    const kind = kindOf({ before, after, moved });
    return html`<h4>${heading((after ?? before)!)}
      <span class="badge ${{ same: 'inactive', changed: 'unknown', added: 'met', removed: 'unmet' }[kind]}">${t.compare.kinds[kind]}</span>${
        moved || (before && after && before.label !== after.label) ? html` <span class="muted">${t.compare.was(heading(before!))}</span>` : nothing}</h4>`;
  }

  private renderMerged(pair: Pair): unknown {
    return paragraphs(this.runsOf(pair), this.finder.t);
  }

  private runsOf({ before, after }: Pair): Run[] {
    if (before && after) return runs(before.text, after.text);
    return before ? [{ kind: 'removed', text: before.text }] : [{ kind: 'added', text: after!.text }];
  }
}

function kindOf({ before, after, moved }: Pair): 'same' | 'changed' | 'added' | 'removed' {
  if (!before) return 'added';
  if (!after) return 'removed';
  return !moved && before.text === after.text && before.heading === after.heading ? 'same' : 'changed';
}

function heading({ label, heading }: Piece): string {
  const number = clauseLabel(ownLabel(label, ''));
  return `${number}${/[^、.]$/.test(number) && heading ? ' ' : ''}${heading}`;
}

/** Words that went and came, marked for the eye by lines and for the ear by words. */
function paragraphs(all: readonly Run[], t: Finder['t']): unknown {
  const lines: Run[][] = [[]];
  for (const { kind, text } of all) {
    text.split('\n').forEach((part, index) => {
      if (index) lines.push([]);
      if (part) lines[lines.length - 1]!.push({ kind, text: part });
    });
  }
  const heard = (before: string, text: string) => html`<span class="unseen">${before}</span>${text}<span class="unseen">${t.compare.end}</span>`;
  return lines.filter((line) => line.length).map((line) => html`<p>${line.map(({ kind, text }) =>
    kind === 'removed' ? html`<del>${heard(t.compare.removed, text)}</del>` : kind === 'added' ? html`<ins>${heard(t.compare.added, text)}</ins>` : text)}</p>`);
}
