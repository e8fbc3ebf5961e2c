/** Two texts of one policy, clause by clause and word by word. */

// Myers' comparison of lists, kept up for a decade; the rest of the library (patches, lines) is not loaded.
import { diffArrays } from 'diff';
import type { Change, FormerClause } from './types';

/** One clause of either text. */
export interface Piece { clause: string; label: string; heading: string; text: string }

/** A clause and what it was: only `before` was taken out, only `after` is new. `moved`: it stood elsewhere among the others. */
export interface Pair { before: Piece | null; after: Piece | null; moved: boolean }

export interface Run { kind: 'same' | 'removed' | 'added'; text: string }

/** How alike two clauses are that are one, changed; and two at different places that are one, moved. */
const ALIKE = 0.3;
const MOVED = 0.6;
/** What remains the same between two changes and is shorter than this is read as changed with them. */
const SHORT = 2;

/** The pairs in the order of the newer text, what was taken out where it stood: the alignment with most in common. */
export function align(before: readonly Piece[], after: readonly Piece[]): Pair[] {
  const [left, right] = [before.map(signature), after.map(signature)];
  const width = after.length + 1;
  // `best[i * width + j]`: what the clauses from i and from j on have in common at most.
  const best = new Float64Array((before.length + 1) * width);
  const alike = new Float64Array(before.length * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const here = likeness(left[i]!, right[j]!);
      alike[i * width + j] = here;
      const both = here >= ALIKE ? here + best[(i + 1) * width + j + 1]! : 0;
      best[i * width + j] = Math.max(both, best[(i + 1) * width + j]!, best[i * width + j + 1]!);
    }
  }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length;) {
    const here = best[i * width + j]!;
    if (i < before.length && j < after.length && alike[i * width + j]! >= ALIKE && here === alike[i * width + j]! + best[(i + 1) * width + j + 1]!) {
      pairs.push({ before: before[i++]!, after: after[j++]!, moved: false });
    } else if (i < before.length && (j === after.length || here === best[(i + 1) * width + j])) {
      pairs.push({ before: before[i++]!, after: null, moved: false });
    } else {
      pairs.push({ before: null, after: after[j++]!, moved: false });
    }
  }
  return withMoves(pairs);
}

/** What was taken out here and put in there is one clause that has moved. */
function withMoves(pairs: Pair[]): Pair[] {
  const gone = new Set(pairs.filter(({ after }) => !after));
  for (const pair of pairs.filter(({ before }) => !before)) {
    const from = [...gone].find(({ before }) => likeness(signature(before!), signature(pair.after!)) >= MOVED);
    if (!from) continue;
    Object.assign(pair, { before: from.before, moved: true });
    gone.delete(from);
    pairs.splice(pairs.indexOf(from), 1);
  }
  return pairs;
}

/** How alike two clauses are, from 0 to 1: their words, and where they have headings what they are called. */
function likeness(a: Signature, b: Signature): number {
  const words = common(a.text, b.text);
  return a.heading.size && b.heading.size ? 0.7 * words + 0.3 * common(a.heading, b.heading) : words;
}

/** Pairs of neighbouring characters, each with how often it stands there. */
type Pairs = Map<string, number>;
interface Signature { heading: Pairs; text: Pairs }

function signature({ heading, text }: Piece): Signature {
  return { heading: pairsOf(heading), text: pairsOf(text.replace(/\s+/g, ' ')) };
}

function pairsOf(words: string): Pairs {
  const pairs: Pairs = new Map();
  for (let at = 0; at + 1 < words.length; at++) {
    const pair = words.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** From 0, nothing in common, to 1, the same. */
function common(a: Pairs, b: Pairs): number {
  if (a.size > b.size) return common(b, a);
  let shared = 0;
  let size = 0;
  for (const [pair, count] of a) shared += Math.min(count, b.get(pair) ?? 0);
  for (const counts of [a, b]) for (const count of counts.values()) size += count;
  return size ? (2 * shared) / size : 1;
}

/** The runs of words that stayed, went and came. What went stands before what came in its place. */
export function runs(before: string, after: string): Run[] {
  const parts = diffArrays(words(before), words(after));
  const found: Run[] = [];
  const add = (kind: Run['kind'], text: string) => {
    const last = found[found.length - 1];
    if (last?.kind === kind) last.text += text;
    // A word that came before one that went: what went is told first.
    else if (kind === 'removed' && last?.kind === 'added') {
      const earlier = found[found.length - 2];
      if (earlier?.kind === 'removed') earlier.text += text;
      else found.splice(found.length - 1, 0, { kind, text });
    } else found.push({ kind, text });
  };
  parts.forEach(({ value, added, removed }, index) => {
    const text = value.join('');
    const between = index > 0 && index < parts.length - 1;
    if (!added && !removed && between && text.length <= SHORT && !/[\n。;]/.test(text)) {
      add('removed', text);
      add('added', text);
    } else add(added ? 'added' : removed ? 'removed' : 'same', text);
  });
  return found;
}

/** Words as the browser cuts them; where it cannot, characters and numbers. */
function words(text: string): string[] {
  const { Segmenter } = Intl as { Segmenter?: typeof Intl.Segmenter };
  if (Segmenter) return [...new Segmenter('zh', { granularity: 'word' }).segment(text)].map(({ segment }) => segment);
  return text.match(/[\d.,%]+|[A-Za-z]+|[^]/gu) ?? [];
}

/**
 * The text as it stood before the given changes, newest first: what changed says again what it said, what came is gone,
 * what went stands where it stood.
 */
export function formerText(clauses: readonly Piece[], changes: readonly Change[]): Piece[] {
  let text = [...clauses];
  for (const { before = [], clauses: touched = [] } of changes) {
    const former = new Map<string, FormerClause>(before.map((clause) => [clause.clause, clause]));
    text = text.map((piece) => former.get(piece.clause) ?? piece)
      .filter((piece) => former.has(piece.clause) || !touched.includes(piece.clause));
    for (const clause of before) {
      if (text.some((piece) => piece.clause === clause.clause)) continue;
      text.splice(text.findIndex((piece) => piece.clause === clause.after) + 1, 0, clause);
    }
  }
  return text;
}
