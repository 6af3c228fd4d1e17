import type { StandingMessage } from '../chat/entry.ts'
import type { Language } from '../chat/language.ts'

/**
 * Fills a page: `{{language}}`, `{{state}}` (what its script starts from, as JSON in a script element) and
 * `{{messages}}` (what is shown without a script).
 */
export function fillTemplate(template: string, language: Language, state: object, messages: StandingMessage[]): string {
  const values: Record<string, string> = {
    language: language === 'zh' ? 'zh-CN' : 'en',
    // Inside a script element only `<` could end it; JSON has another way to write that.
    state: JSON.stringify(state).replaceAll('<', '\\u003c'),
    messages: messages.map(messageHtml).join(''),
  }
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '')
}

function messageHtml({ name, text }: StandingMessage): string {
  const author = name === null ? '' : `<b dir="auto">${escape(name)}</b> `
  return `<li>${author}<span dir="auto">${escape(text)}</span></li>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
