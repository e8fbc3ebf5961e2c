import type { Mark } from '../types';

/** The place of a sentence: the clause, the paragraph in it, and where in the paragraph it stands. */
export interface SentencePlace { clause: number; paragraph: number; mark: Mark }

/** Shares of its pairs of characters that a sentence must have in common with a condition to be called its source. */
const LEAST = 0.25;

/**
 * The sentence that a condition was encoded from: the one that shares most of its numbers and pairs of characters.
 * `null` where none is near enough; the clause alone is shown then.
 */
export function sentenceFor(words: string, clauses: readonly string[]): SentencePlace | null {
  const wanted = pairs(words);
  const numbers = new Set(words.match(/\d[\d,.]*/g) ?? []);
  let best: SentencePlace | null = null;
  let highest = LEAST;
  clauses.forEach((text, clause) => text.split('\n').filter(Boolean).forEach((content, paragraph) => {
    for (const match of content.matchAll(/[^。;;]+[。;;]?/g)) {
      const found = pairs(match[0]);
      const shared = [...wanted].filter((pair) => found.has(pair)).length;
      const figures = [...numbers].filter((number) => match[0].includes(number)).length;
      const score = (shared + 3 * figures) / (wanted.size + 3 * numbers.size || 1);
      if (score > highest) {
        highest = score;
        best = { clause, paragraph, mark: [match.index, match.index + match[0].length] };
      }
    }
  }));
  return best;
}

/** Neighbouring characters of a meaning: operators and brackets of the rule language do not stand in a text. */
function pairs(text: string): Set<string> {
  const found = new Set<string>();
  for (const run of text.split(/[^\p{L}\p{N}%]+/u)) {
    for (let at = 0; at + 1 < run.length; at++) found.add(run.slice(at, at + 2));
  }
  return found;
}
