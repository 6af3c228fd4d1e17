import { requireProgram } from '../../support/run/programs.ts'

for (const number of [1, 2]) {
  describe(`suite ${number} that needs a program`, () => {
    before(function () {
      requireProgram(this, 'no-such-program')
    })
    it('is skipped', () => {})
  })
}
