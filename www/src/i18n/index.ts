import { zhCN, type Strings } from './zh-CN';

export type { Strings };

/** The string table for a language tag; mainland Chinese for one we do not speak. */
export function strings(_lang: string): Strings {
  return zhCN;
}
