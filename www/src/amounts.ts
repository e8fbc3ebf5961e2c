/**
 * Money on the page: decimal strings in yuan, read and written without floating point.
 *
 * Inside, an amount is a `bigint` of fen. Typed money may carry up to two decimals of a yuan.
 */

const FEN_PER_YUAN = 100n;
const FEN_PER_WAN = 1_000_000n;
const FEN_PER_YI = 10_000_000_000n;

/** Names of the units, by language. */
export interface MoneyUnits { yi: string; wan: string; yuan: string; /** Written before the number, or empty. */ sign: string }

/** `"204000.00"` to fen. Engine output only: throws on anything else. */
export function fen(yuan: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(yuan);
  if (!match) throw new RangeError(`not an amount in yuan: ${yuan}`);
  const value = BigInt(match[2]!) * FEN_PER_YUAN + BigInt((match[3] ?? '').padEnd(2, '0'));
  return match[1] ? -value : value;
}

/** Fen to a decimal string in yuan, `"204000.00"`. */
export function yuan(value: bigint): string {
  const size = value < 0n ? -value : value;
  return `${value < 0n ? '-' : ''}${size / FEN_PER_YUAN}.${String(size % FEN_PER_YUAN).padStart(2, '0')}`;
}

/**
 * In the largest unit that shows the amount exactly with at most four decimals:
 * `20.4万元`, `1.8亿元`, `370,370.37元`.
 */
export function money(value: bigint, units: MoneyUnits): string {
  const { digits, unit } = inUnit(value, unitFor([value], units));
  return `${units.sign}${digits}${unit}`;
}

/** `20万元至50万元` in one unit, written once: `20–50万元`. */
export function moneyRange(low: bigint, high: bigint, units: MoneyUnits): string {
  if (low === high) return money(low, units);
  const unit = unitFor([low, high], units);
  return `${units.sign}${inUnit(low, unit).digits}–${units.sign}${inUnit(high, unit).digits}${unit.name}`;
}

/** Every digit, with separators: `204,000.00`. */
export function plainYuan(value: bigint): string {
  return grouped(yuan(value));
}

interface Unit { size: bigint; name: string }

function unitFor(values: bigint[], units: MoneyUnits): Unit {
  const largest = values.reduce((a, b) => (abs(b) > abs(a) ? b : a), 0n);
  if (!units.sign) {
    for (const unit of [{ size: FEN_PER_YI, name: units.yi }, { size: FEN_PER_WAN, name: units.wan }]) {
      if (abs(largest) >= unit.size && values.every((value) => (value * 10_000n) % unit.size === 0n)) return unit;
    }
  }
  return { size: FEN_PER_YUAN, name: units.yuan };
}

function inUnit(value: bigint, unit: Unit): { digits: string; unit: string } {
  const size = abs(value);
  const whole = size / unit.size;
  const rest = ((size % unit.size) * 10_000n) / unit.size;
  const fraction = String(rest).padStart(4, '0').replace(/0+$/, '');
  const digits = grouped(`${value < 0n ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`);
  return { digits, unit: unit.name };
}

function grouped(digits: string): string {
  const [whole, fraction] = digits.split('.') as [string, string | undefined];
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** What was typed: one amount, or a range whose ends may be equal; `null` when it is no amount. */
export interface TypedMoney { low: bigint; high: bigint }

/**
 * Reads money as people type it: `2.3亿元`, `500万`, `1,200 万元`, `5000万至1亿`, full-width digits; a bare number is
 * in 万元. More than two decimals of a yuan are refused, so that nothing is rounded in silence.
 */
export function readMoney(text: string): TypedMoney | null {
  const plain = text
    .replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\s,,¥¥]/g, '')
    .replace(/(元?)(?:到|~|—+|–)(?=\d)/g, '$1至')
    .replace(/(\d|[元万亿])-(?=\d)/g, '$1至');
  const parts = plain.split('至');
  if (parts.length > 2) return null;
  const last = one(parts[parts.length - 1]!);
  if (last === null) return null;
  if (parts.length === 1) return { low: last.value, high: last.value };
  // `20至50万元`: the unit stands once.
  const first = one(parts[0]!, last.unit);
  if (first === null || first.value > last.value) return null;
  return { low: first.value, high: last.value };
}

const WORDS: [RegExp, bigint][] = [
  [/^(?:亿|亿元)$/, FEN_PER_YI],
  [/^(?:千万|千万元)$/, FEN_PER_WAN * 1000n],
  [/^(?:百万|百万元)$/, FEN_PER_WAN * 100n],
  [/^(?:万|万元|萬|萬元|w|W)$/, FEN_PER_WAN],
  [/^(?:元|块|圆)$/, FEN_PER_YUAN],
];

function one(text: string, fallback = FEN_PER_WAN): { value: bigint; unit: bigint } | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?(\D*)$/.exec(text);
  if (!match) return null;
  const [, sign, whole, fraction = '', word] = match as unknown as [string, string, string, string | undefined, string];
  const unit = word ? WORDS.find(([pattern]) => pattern.test(word))?.[1] : fallback;
  if (unit === undefined || whole.length + fraction.length > 18) return null;
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * unit;
  if (scaled % scale !== 0n) return null;
  const value = scaled / scale;
  return { value: sign ? -value : value, unit };
}
