import { html, nothing, svg, type TemplateResult } from 'lit';
import { fen, money } from '../amounts';
import type { Strings } from '../i18n';
import type { CalculationReport } from '../types';

/**
 * How the certain cash adds up: one line per clause, the sum, and what answers may still add.
 *
 * A table whose middle column is drawn: the numbers stand beside the bars, for eyes, screen readers and paper alike.
 */
export function waterfall(report: CalculationReport, t: Strings): TemplateResult | typeof nothing {
  const total = report.totals.find(({ kind }) => kind === 'cash');
  const rows = report.clauses
    .filter(({ verdict, amount }) => amount?.kind === 'cash' && verdict !== 'unmet' && verdict !== 'inactive')
    .map((clause) => ({ clause, value: fen((report.counted[clause.id] ?? clause.amount!).low) }))
    .filter(({ value }) => value > 0n)
    .sort((a, b) => (a.value < b.value ? 1 : -1));
  if (!total || !rows.length) return nothing;
  const sum = fen(total.low);
  const high = total.high === null ? null : fen(total.high);
  const scale = high !== null && high > sum && high <= sum * 3n ? high : sum;
  const share = (value: bigint) => `${Number((value * 10_000n) / scale) / 100}%`;
  let at = 0n;
  return html`<section class="waterfall">
    <h3 id="waterfall-title">${t.report.waterfall}</h3>
    <table aria-labelledby="waterfall-title">
      <thead class="unseen"><tr><th scope="col">${t.report.clause}</th><td></td><th scope="col">${t.report.amount}</th></tr></thead>
      <tbody>
        ${rows.map(({ clause, value }) => {
          const start = at;
          at += value;
          return html`<tr><th scope="row">${clause.name}</th>
            <td class="bar" aria-hidden="true">${bar(share(start), share(value), 'step')}</td>
            <td class="figure">${money(value, t.money)}</td></tr>`;
        })}
        ${at !== sum
          ? html`<tr><th scope="row">${t.report.combined}</th><td class="bar" aria-hidden="true">${
              bar(share(sum < at ? sum : at), share(sum < at ? at - sum : sum - at), 'drop')}</td>
              <td class="figure">${money(sum - at, t.money)}</td></tr>`
          : nothing}
      </tbody>
      <tfoot>
        <tr><th scope="row">${t.report.waterfallSum}</th>
          <td class="bar" aria-hidden="true">${bar('0%', share(sum), 'sum', high !== null && high > sum ? share(scale - sum) : null)}</td>
          <td class="figure">${money(sum, t.money)}</td></tr>
      </tfoot>
    </table>
    ${high === null ? html`<p class="muted">${t.report.noCap}</p>`
      : high > sum ? html`<p class="muted">${t.report.waterfallOpen(money(high - sum, t.money))}</p>` : nothing}
  </section>`;
}

function bar(x: string, width: string, style: string, open: string | null = null): TemplateResult {
  return html`<svg width="100%" height="20" focusable="false">
    <rect class=${style} x=${x} y="2" width=${width} height="16"></rect>
    ${open && open !== '0%' ? svg`<rect class="open" x=${width} y="2.5" width=${open} height="15"></rect>` : nothing}
  </svg>`;
}
