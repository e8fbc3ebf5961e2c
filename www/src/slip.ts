/** What a visitor takes along from a kiosk: 80 mm of paper with the clauses, the sums and a code for the telephone. */

import { html, nothing, svg, type TemplateResult } from 'lit';
// Bits of a QR code without drawing them: 4 kB and no dependency, against 10 kB of the package that everybody knows.
import { encode } from 'uqr';
import { clauseLabel } from './parts/citation';
import { toHash } from './route';
import type { Amount, CalculationReport, ClauseResult, PolicyPage } from './types';
import type { Finder } from './views/view';

/** How money is written. With the report that is on the screen it is loaded; imported here, it would become a file for everybody. */
type Money = Pick<typeof import('./views/later'), 'amountText' | 'fen'>;

/** Clauses on the paper; the rest is in the report on A4. */
const CLAUSES = 5;
/** Millimetres: the roll, and what its printers leave white at each side. */
const ROLL = 80;
const MARGIN = 3;
/** CSS pixels of a millimetre. */
const MILLIMETRE = 96 / 25.4;

export class Slip {
  private readonly clauses: ClauseResult[];
  private materials = 0;
  private windows: string[] = [];
  private readonly page = new CSSStyleSheet();

  private constructor(private readonly finder: Finder, private readonly report: CalculationReport, private readonly money: Money) {
    this.clauses = report.clauses.filter(({ verdict }) => verdict === 'met').sort((a, b) => this.order(this.counts(b), this.counts(a)));
  }

  static async of(finder: Finder, report: CalculationReport): Promise<Slip> {
    const slip = new Slip(finder, report, await import('./views/later'));
    // What to bring is missing on the paper where the guides cannot be read; the rest is there.
    await slip.loadGuides().catch(() => {});
    return slip;
  }

  /** How many papers to bring, and to which windows: they stand in the guides of the policies. */
  private async loadGuides(): Promise<void> {
    const { engine, asOf } = this.finder;
    const granted = new Set(this.clauses.map(({ id }) => id));
    const pages: PolicyPage[] = await Promise.all(this.policies(this.clauses).map((id) => engine.policy(id, asOf)));
    const guides = pages.flatMap((page) => page.guides).filter(({ benefits }) => benefits.some((id) => granted.has(id)));
    this.materials = new Set(guides.flatMap((guide) => guide.materials.map(({ name }) => name))).size;
    this.windows = [...new Set(guides.flatMap(({ window }) => window ?? []))];
  }

  /** The address in the code: policies by their ids, in the order of the paper, and nothing of what was answered. */
  get address(): string | null {
    const { publicPage } = this.finder;
    const ids = this.policies(this.clauses.slice(0, CLAUSES));
    return publicPage !== null && ids.length ? new URL(toHash({ view: 'list', ids }), publicPage).href : null;
  }

  /** Paper as long as what is on it. The preview has the width of the paper, so its height is known. */
  print(slip: HTMLElement): void {
    const height = Math.ceil(slip.offsetHeight / MILLIMETRE) + 2 * MARGIN + 1;
    this.page.replaceSync(`@page { size: ${ROLL}mm ${height}mm; margin: ${MARGIN}mm; }`);
    // Sizes of paper are a matter of the document: inside a shadow root they are not read.
    if (!document.adoptedStyleSheets.includes(this.page)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.page];
    window.print();
  }

  /** The next one prints on the usual paper again. */
  forget(): void {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.page);
  }

  render(): TemplateResult {
    const { report, clauses, finder, address } = this;
    const { t, info } = finder;
    const { amountText, fen } = this.money;
    const { met, unknown } = report.summary;
    // A kind of which nothing is certain and nothing bounded says nothing yet.
    const totals = report.totals.filter(({ low, high }) => fen(low) > 0n || (high !== null && fen(high) > 0n));
    return html`<section class="slip" aria-label=${t.slip.title}>
      <h3>${t.slip.title}</h3>
      <p>${report.pack.edition ? t.report.pack(report.pack.name, report.pack.edition) : report.pack.name}<br>${t.report.asOf(report.as_of)}</p>
      ${totals.length
        ? html`<table>${totals.map((total) => html`<tr><th scope="row">${t.kind[total.kind]}</th><td>${amountText(total, t)}</td></tr>`)}</table>`
        : nothing}
      <p><strong>${t.slip.counts(met, unknown)}</strong></p>
      <ol>
        ${clauses.slice(0, CLAUSES).map((clause) => {
          const amount = this.counts(clause);
          return html`<li>
            <strong>${clause.name}</strong>${amount ? html`<span class="slip-amount">${amountText(amount, t)}</span>` : nothing}
            <small>${clause.citation.doc_number ?? `《${clause.citation.title}》`} ${clauseLabel(clause.citation.label)}</small>
          </li>`;
        })}
      </ol>
      ${clauses.length > CLAUSES ? html`<p>${t.slip.more(clauses.length - CLAUSES)}</p>` : nothing}
      ${this.materials ? html`<p>${t.slip.materials(this.materials)}</p>` : nothing}
      ${this.windows.length ? html`<p>${t.guide.window}${t.colon}${this.windows.join(t.list)}</p>` : nothing}
      ${address === null ? nothing : html`${code(address, t.slip.code)}<p class="slip-note">${t.slip.codeNote}</p>`}
      ${info?.contact ? html`<p>${info.contact}</p>` : nothing}
      <p class="slip-note">${t.reference}</p>
    </section>`;
  }

  private policies(clauses: readonly ClauseResult[]): string[] {
    return [...new Set(clauses.map(({ policy }) => policy))];
  }

  /** By what is certain; cash before what is worth something else. */
  private order(a: Amount | null, b: Amount | null): number {
    const rank = (amount: Amount | null) => (amount === null ? 0 : amount.kind === 'cash' ? 2 : 1);
    if (rank(a) !== rank(b) || a === null || b === null) return rank(a) - rank(b);
    const difference = this.money.fen(a.low) - this.money.fen(b.low);
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  }

  /** What a clause adds to the sums, where clauses exclude or cap each other. */
  private counts({ id, amount }: ClauseResult): Amount | null {
    return this.report.counted[id] ?? amount;
  }
}

/** Drawn as one path of squares, with the white border of four squares that readers ask for. */
function code(text: string, label: string): TemplateResult {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const path = data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('');
  return html`<svg class="code" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img" aria-label=${label}>
    ${svg`<rect width=${size} height=${size} fill="#fff" /><path d=${path} fill="#000" />`}
  </svg>`;
}
