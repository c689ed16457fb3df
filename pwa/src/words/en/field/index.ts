import accident from './accident'
import capture from './capture'
import cases from './cases'
import errand from './errand'
import instruction from './instruction'
import ledger from './ledger'
import mine from './mine'
import patrol from './patrol'
import start from './start'

export default { ...accident, ...start, ...capture, ...cases, ...instruction, ...ledger, ...mine, ...patrol, ...errand }
