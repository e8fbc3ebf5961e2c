// A picture of what each engine finds, of the 200 queries, and of what its index weighs.

const NAMES = {
  'policy-finder:wasm': 'Policy Finder', 'minisearch:bigram': 'MiniSearch, pairs', 'minisearch:jieba': 'MiniSearch, jieba',
  'flexsearch:bigram': 'FlexSearch, pairs', 'flexsearch:jieba': 'FlexSearch, jieba', 'orama:bigram': 'Orama, pairs',
  'orama:mandarin': 'Orama, mandarin', 'lunr:bigram': 'lunr, pairs', 'lunr:zh': 'lunr, zh',
  'pagefind:extended': 'Pagefind',
};

const WIDTH = 720;
const LEFT = 160;
const ROW = 26;
const TOP = 56;

/** SVG: one row an engine; the bar is the share of queries whose first place is right, the number beside it the index. */
export function chart({ runs }) {
  const rows = Object.entries(runs).filter(([, { query }]) => query?.quality).map(([name, { build: { size }, query }]) => {
    const { n, top1 } = query.quality.all;
    const parts = Object.entries(size).filter(([part]) => part.startsWith('index'));
    const bytes = parts.reduce((sum, [, part]) => sum + (part.gzip ?? part.raw), 0);
    return { name: NAMES[name] ?? name, ours: name.startsWith('policy-finder'), n, top1, bytes };
  });
  rows.sort((a, b) => b.top1 - a.top1);
  const scale = (WIDTH - LEFT - 190) / rows[0].n;
  const lines = rows.map(({ name, ours, n, top1, bytes }, at) => {
    const y = TOP + at * ROW;
    const width = (top1 * scale).toFixed(1);
    const weight = ours ? ' font-weight="600"' : '';
    return [
      `  <text x="${LEFT - 10}" y="${y + 14}" text-anchor="end"${weight}>${name}</text>`,
      `  <rect x="${LEFT}" y="${y}" width="${width}" height="18" rx="2" fill="${ours ? '#0b57d0' : '#9aa5b1'}"/>`,
      `  <text x="${LEFT + Number(width) + 8}" y="${y + 14}"${weight}>${top1} of ${n}, ${(bytes / 1e6).toFixed(1)} MB</text>`,
    ].join('\n');
  });
  const height = TOP + rows.length * ROW + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" \
aria-labelledby="title" font-family="system-ui, sans-serif" font-size="13" fill="#1f2933">
  <title id="title">Queries whose first result is right, and index size in gzip, by engine</title>
  <rect width="${WIDTH}" height="${height}" fill="#fff"/>
  <text x="16" y="26" font-size="15" font-weight="600">First result right, and index in gzip: 2,000 Chinese laws, ${rows[0].n} queries</text>
  <text x="16" y="44" fill="#52606d">titles, phrases, cuts through words, several words, typing errors, pinyin</text>
${lines.join('\n')}
</svg>
`;
}
