import { diagnose, type PlainAnswer } from './diagnostics/diagnosis.ts'
import { element } from './diagnostics/element.ts'
import { plainRequest } from './diagnostics/plain-request.ts'
import { Section, setText } from './diagnostics/section.ts'
import { streams } from './diagnostics/streams.ts'
import { wording } from './diagnostics/wording.ts'

const SHOW_EVERY_MS = 500
const ASK_EVERY_MS = 5000

const sentence = element('p', { id: 'diagnosis' })
sentence.setAttribute('role', 'status')
const you = element('p')
const operator = element('p')
const overall = element('div', { id: 'overall' }, sentence, you, operator)
const again = element('button', { type: 'button' }, wording.again)
const main = document.querySelector('main')!

const room = new URLSearchParams(location.search).get('room')
const sections = streams(room).map((stream) => new Section(stream, () => void ask()))

let plain: PlainAnswer = 'unknown'
let asking = false

/** Sends an ordinary request, one at a time. */
async function ask(): Promise<void> {
  if (asking) return
  asking = true
  plain = await plainRequest()
  asking = false
  show()
}

function show(): void {
  const diagnosis = diagnose({ online: navigator.onLine, plain, streams: sections.map((section) => section.show()) })
  const advice = wording.diagnoses[diagnosis]
  overall.dataset.diagnosis = diagnosis
  setText(sentence, advice.sentence)
  setText(you, advice.you ?? '')
  setText(operator, advice.operator === undefined ? '' : wording.operator + advice.operator)
}

document.title = wording.title
again.addEventListener('click', () => location.reload())
const measured = element('div', { id: 'streams' }, ...sections.map((section) => section.element))
main.replaceChildren(element('h1', {}, wording.question), overall, again, measured)

show()
setInterval(show, SHOW_EVERY_MS)
void ask()
setInterval(() => void ask(), ASK_EVERY_MS)

document.addEventListener('visibilitychange', () => {
  // Browsers may suspend a hidden page; when it resumes, all events seem to arrive at once.
  if (!document.hidden) for (const section of sections) section.restart()
})
