import { html, svg, type TemplateResult } from 'lit';

/** Line icons on a 20 × 20 grid, drawn for this widget; always beside a word, so hidden from screen readers. */
const paths = {
  search: svg`<circle cx="9" cy="9" r="5.5"/><path d="M13.2 13.2 17 17"/>`,
  close: svg`<path d="m5 5 10 10M15 5 5 15"/>`,
  back: svg`<path d="M16 10H4m5-5-5 5 5 5"/>`,
  next: svg`<path d="m8 5 5 5-5 5"/>`,
  print: svg`<path d="M6 7V3h8v4M6 14H3.5V7h13v7H14M6 11.5h8V17H6z"/>`,
  filter: svg`<path d="M3 5h14M6 10h8M8.5 15h3"/>`,
  link: svg`<path d="M11 4h5v5M16 4l-7 7M14 11.5V16H4V6h4.5"/>`,
  met: svg`<path d="m4.5 10.5 3.8 3.8 7.2-8.3"/>`,
  unknown: svg`<path d="M7 7.4C7 5.500 8.300 4.500 10 4.500s3 1 3 2.700c0 2.300-3 2.300-3 4.800M10 15v.6"/>`,
  unmet: svg`<path d="m5.500 5.500 9 9M14.500 5.500l-9 9"/>`,
  manual: svg`<circle cx="10" cy="6.800" r="2.800"/><path d="M4.500 16.500c.4-3.400 2.500-5 5.500-5s5.100 1.600 5.500 5"/>`,
  inactive: svg`<path d="M5 10h10"/>`,
  calculator: svg`<path d="M5 3h10v14H5zM7.500 6h5M7.500 10h.01M10 10h.01M12.500 10h.01M7.500 13.500h.01M10 13.500h.01M12.500 13.500h.01"/>`,
  checklist: svg`<path d="m3.500 5.500 1.300 1.300 2.400-2.600M3.500 13.500l1.300 1.300 2.400-2.600M10 5.500h6.500M10 13.500h6.500"/>`,
} as const;

export type Icon = keyof typeof paths;

export function icon(name: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
    ${paths[name]}
  </svg>`;
}
