// Writes the code to copy, and shows the element as it would be.

const form = document.querySelector('form');
const code = document.querySelector('#code');
const preview = document.querySelector('#preview');
const BRAND = '#0b4a94';

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

function write() {
  const { folder, brand, ...chosen } = Object.fromEntries(new FormData(form));
  const attributes = Object.entries(chosen).filter(([, value]) => value);
  const base = folder.endsWith('/') ? folder : `${folder}/`;
  const lines = chosen.mode === 'frame' ? framed(base, brand, chosen) : [
    ...(brand === BRAND ? [] : [`<style>policy-finder { --pf-brand: ${brand}; }</style>`]),
    `<script type="module" src="${escaped(base)}policy-finder.js"></script>`,
    `<policy-finder${attributes.map(([name, value]) => ` ${name}="${escaped(value)}"`).join('')}>`,
    '  <p>正在打开政策查询。没有变化时,请致电 12345。</p>',
    '</policy-finder>',
  ];
  code.value = lines.join('\n');

  const ratio = contrast(brand, chosen.theme === 'dark' ? '#14171c' : '#ffffff');
  document.querySelector('#contrast').textContent = ratio < 4.5 && brand !== BRAND
    ? `这个主色和底色的对比度是 ${ratio.toFixed(1)},低于 4.5,有的人看不清。请换深一些(深色界面换浅一些)。` : '';

  const element = document.createElement('policy-finder');
  for (const [name, value] of attributes) {
    // The page around has its own address, is no kiosk and no other site.
    if (name !== 'mode') element.setAttribute(name, value);
  }
  if (brand !== BRAND) element.style.setProperty('--pf-brand', brand);
  preview.replaceChildren(element);
}

/** The page with the finder in a frame: its address holds the choices, and the portal that may speak with it. */
function framed(base, brand, { start, theme, size, lang }) {
  const parameters = new URLSearchParams({ host: 'https://portal.example' });
  for (const [name, value] of Object.entries({ theme, size, lang })) if (value) parameters.set(name, value);
  if (brand !== BRAND) parameters.set('brand', brand);
  return [
    '<!-- host 换成贵站的地址 -->',
    '<iframe',
    `  src="${escaped(`${base}frame.html?${parameters}${start}`)}"`,
    '  title="惠企政策查询" loading="lazy" style="width: 100%; height: 700px; border: 0"',
    '  sandbox="allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads"',
    '  allow="clipboard-write"',
    '></iframe>',
    `<script src="${escaped(base)}embed.js" defer></script>`,
  ];
}

/** Contrast of two colours by WCAG 2.2. */
function contrast(a, b) {
  const light = (colour) => [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

form.addEventListener('change', write);
form.addEventListener('submit', (event) => event.preventDefault());
document.querySelector('#copy').addEventListener('click', async () => {
  code.select();
  try {
    await navigator.clipboard.writeText(code.value);
    document.querySelector('#copied').textContent = '已复制';
  } catch {
    document.querySelector('#copied').textContent = '已选中,请按 Ctrl+C 复制';
  }
});
write();
