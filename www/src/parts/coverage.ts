import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons';
import type { CalculationReport, ClauseResult, Level, Verdict } from '../types';
import type { Finder } from '../views/view';
import { verdictBadge } from './badge';

export const VERDICTS: readonly Verdict[] = ['met', 'unknown', 'manual', 'unmet', 'inactive'];
const LEVELS: readonly (Level | null)[] = ['park', 'county', 'city', 'province', 'national', null];

/**
 * One cell per clause of the pack, by level of government; the counts below add up to all cells.
 *
 * A grid with one tab stop: arrows, Home and End move, Enter opens the clause.
 */
export class CoverageStrip {
  private active = 0;

  constructor(private readonly finder: Finder, private readonly open: (result: ClauseResult) => void) {}

  render(report: CalculationReport): TemplateResult {
    const { t } = this.finder;
    const rows = LEVELS.map((level) => ({ level, cells: report.clauses.filter((clause) => clause.level === level) }));
    let index = -1;
    return html`<section class="coverage" aria-labelledby="coverage-title">
      <h3 id="coverage-title">${t.report.strip}</h3>
      <p class="muted">${t.report.stripNote(report.summary.clauses)}<span class="screen-only">${t.report.stripHow}</span></p>
      <div class="strip" role="group" aria-labelledby="coverage-title" @keydown=${(event: KeyboardEvent) => this.move(event)}>
        ${rows.filter(({ cells }) => cells.length).map(({ level, cells }) => html`<div class="strip-row">
          <span class="strip-level">${level ? t.level[level] : t.report.noLevel} <span class="count">${cells.length}</span></span>
          <div class="strip-cells">
            ${cells.map((clause) => {
              index++;
              const own = index;
              return html`<button
                class="cell ${clause.verdict}"
                tabindex=${own === this.active ? 0 : -1}
                aria-label=${t.report.cell(clause.name, t.verdict[clause.verdict])}
                title=${t.report.cell(clause.name, t.verdict[clause.verdict])}
                @focus=${() => {
                  if (this.active === own) return;
                  this.active = own;
                  this.finder.redraw();
                }}
                @click=${() => this.open(clause)}
              >${icon(clause.verdict)}</button>`;
            })}
          </div>
        </div>`)}
      </div>
      <p class="equation">
        <strong>${t.report.groupCount(report.summary.clauses)}</strong>
        ${VERDICTS.map((verdict, i) => html`<span class="term"><span aria-hidden="true">${i ? '+' : '='}</span>
          ${verdictBadge(verdict, t)} ${report.summary[verdict]}</span>`)}
      </p>
      ${report.summary.clauses === 0 ? html`<p>${t.report.none}</p>` : nothing}
    </section>`;
  }

  private move(event: KeyboardEvent): void {
    const cells = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.cell')];
    const at = cells.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const next =
      event.key === 'ArrowRight' ? at + 1
      : event.key === 'ArrowLeft' ? at - 1
      : event.key === 'Home' ? 0
      : event.key === 'End' ? cells.length - 1
      : event.key === 'ArrowDown' ? below(cells, at, 1)
      : event.key === 'ArrowUp' ? below(cells, at, -1)
      : null;
    if (next === null) return;
    event.preventDefault();
    cells[Math.max(0, Math.min(cells.length - 1, next))]!.focus();
  }
}

/** The cell nearest to `at` in the line below or above, as the cells happen to be wrapped. */
function below(cells: readonly HTMLElement[], at: number, direction: 1 | -1): number {
  const here = cells[at]!.getBoundingClientRect();
  let best = at;
  let line = 0;
  for (let i = at + direction; i >= 0 && i < cells.length; i += direction) {
    const box = cells[i]!.getBoundingClientRect();
    if (box.top === here.top) continue;
    if (line && box.top !== line) break;
    line = box.top;
    const closer = Math.abs(box.left - here.left) < Math.abs(cells[best]!.getBoundingClientRect().left - here.left);
    if (best === at || closer) best = i;
  }
  return best;
}
