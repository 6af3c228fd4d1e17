/** Fills a page: each `{{name}}` with the HTML of that name, or with nothing. */
export function fillTemplate(template: string, html: Record<string, string>): string {
  return template.replaceAll(/\{\{([\w.]+)\}\}/g, (_, name: string) => html[name] ?? '')
}

/** Text as HTML, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A value as JSON inside a script element, which only `<` could end; JSON has another way to write that. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}
