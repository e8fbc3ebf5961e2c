import base from './base.css';
import frame from './frame.css';
import kiosk from './kiosk.css';
import policy from './policy.css';
import print from './print.css';
import questions from './questions.css';
import report from './report.css';
import search from './search.css';
import tokens from './tokens.css';

/** The element's style sheet; print comes last, to win. */
export default [tokens, base, frame, search, policy, questions, report, kiosk, print].join('');
