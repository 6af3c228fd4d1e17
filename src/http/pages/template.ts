/** Fills a page: each `{{name}}` with the HTML of that name, or with nothing. */
export function fillTemplate(template: string, html: Record<string, string>): string {
  return template.replaceAll(/\{\{([\w.]+)\}\}/g, (_, name: string) => html[name] ?? '')
}

/** A value as JSON inside a script element, which only `<` could end; JSON has another way to write that. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}
