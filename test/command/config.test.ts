import { expect } from 'chai'
import { readConfig } from '../../src/config/config.ts'
import { LIMIT_OPTIONS } from '../../src/config/limit-options.ts'

const NAMES = Object.keys(LIMIT_OPTIONS)

/** Every number in the limits that these options come to, by no particular name. */
function numbers(...args: string[]): number[] {
  const { limits, connectionLimits } = readConfig(args, {})
  const values = [...Object.values(limits), ...Object.values(connectionLimits)] as (number | { count: number })[]
  return values.map((value) => (typeof value === 'number' ? value : value.count))
}

describe('the options for limits', () => {
  it('each set one limit, by flag and by environment', () => {
    const before = numbers()
    expect(before).to.have.length(NAMES.length)
    for (const name of NAMES) {
      const after = numbers(`--${name}`, '4321')
      expect(
        after.filter((value, index) => value !== before[index]),
        name,
      ).to.have.length(1)
      const env = { [`TEAHOUSE_${name.toUpperCase().replaceAll('-', '_')}`]: '4321' }
      expect(readConfig([], env)).to.deep.equal(readConfig([`--${name}`, '4321'], {}))
    }
  })

  it('are refused when they are no limit', () => {
    for (const name of NAMES) {
      for (const value of ['0', '-1', 'x', '1e3', ''])
        expect(() => readConfig([`--${name}=${value}`], {}), `${name}=${value}`).to.throw(`${name} must be `)
    }
  })

  it('are all overruled by --limits off', () => {
    expect(numbers('--limits', 'off', '--streams', '1')).to.deep.equal([Number.MAX_SAFE_INTEGER])
  })
})
