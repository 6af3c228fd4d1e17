/** Replaces each `{{name}}` in the template with `html[name]`, or with nothing. The values must be escaped already. */
export function fillTemplate(template: string, html: Record<string, string>): string {
  return template.replaceAll(/\{\{([\w.]+)\}\}/g, (_, name: string) => html[name] ?? '')
}

/** JSON that is safe inside a script element: each `<` is escaped, because `</script` would end the element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}
