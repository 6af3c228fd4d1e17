import { attack, type AttackOptions } from './attack.ts'

/**
 * The attackers in a process of their own, so that they do not slow down those who mean well. The options come as JSON;
 * the attack is over when the parent says so or is gone, and then the report goes to it.
 */
const options = JSON.parse(process.argv[2]!) as AttackOptions
const ending = new AbortController()
process.once('message', () => ending.abort())
process.once('disconnect', () => process.exit(1))
const report = await attack(options, ending.signal)
process.send!(report, () => process.exit(0))
