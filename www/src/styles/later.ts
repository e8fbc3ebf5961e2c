import questions from './questions.css';
import report from './report.css';
import application from './application.css';

/** The style of the views that load later. */
export default questions + report + application;
