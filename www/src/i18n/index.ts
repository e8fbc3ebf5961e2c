import { zhCN, type Strings } from './zh-CN';

export type { Strings };

/** The table that is always there. */
export const fallback: Strings = zhCN;

/** The table for a language tag, loaded when it is asked for; mainland Chinese for a language we do not speak. */
export async function strings(lang: string): Promise<Strings> {
  if (/^en\b/i.test(lang)) return (await import('./en')).table;
  if (/^zh-(tw|hk|mo|hant)\b/i.test(lang)) return (await import('./zh-TW')).table;
  return zhCN;
}
