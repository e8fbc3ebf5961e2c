/** All views beyond the search, with their style: one file that loads after the first hits, or when somebody goes there. */

export { fen } from '../amounts';
export { amountText } from '../parts/amount';
export { default as css } from '../styles/later';
export { GuidesView as guides } from './guides';
export { ListView as list } from './list';
export { QuestionsView as questions } from './questions';
export { ReportView as report } from './report';
export { SubscriptionsView as subscriptions } from './subscriptions';
