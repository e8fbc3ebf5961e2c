/** Traditional characters and words of Taiwan: the build converts the mainland table with OpenCC (build.mjs). */
export { zhCN as table } from './zh-CN';
