/** Words of the phone. Short verbs; say what happened, where it is, what comes next. */
import accident from './accident'
import appeal from './appeal'
import capture from './capture'
import cases from './cases'
import duty from './duty'
import errand from './errand'
import instruction from './instruction'
import ledger from './ledger'
import mine from './mine'
import patrol from './patrol'
import library from './library'
import situation from './situation'
import start from './start'

export default { ...accident, ...appeal, ...start, ...capture, ...cases, ...duty, ...instruction, ...ledger, ...mine, ...patrol, ...errand, ...library, ...situation } as const
