import type { Context } from 'koa'
import { LANGUAGES, type Language } from '../../chat/format/language.ts'
import { Refusal } from '../../chat/refusal.ts'
import { queryText } from '../request/query.ts'

const VIEWS = ['page', 'embed', 'read'] as const
const THEMES = ['auto', 'light', 'dark'] as const
const BACKGROUNDS = ['paper', 'transparent'] as const

/**
 * How the page of a room looks. Views: `page`, on its own; `embed`, in a frame; `read`, without a form, for a big
 * screen.
 */
export interface View {
  view: (typeof VIEWS)[number]
  theme: (typeof THEMES)[number]
  background: (typeof BACKGROUNDS)[number]
  language: Language
}

/** The view that the query asks for. Throws the Refusal `bad_query` for an unknown value. */
export function viewOf(ctx: Context): View {
  return {
    view: oneOf(ctx, 'view', VIEWS) ?? 'page',
    theme: oneOf(ctx, 'theme', THEMES) ?? 'auto',
    background: oneOf(ctx, 'background', BACKGROUNDS) ?? 'paper',
    language: oneOf(ctx, 'lang', LANGUAGES) ?? (ctx.state.language as Language),
  }
}

/** The query string that keeps the view of this request, with the parameters of `more`; empty without any. */
export function viewQuery(ctx: Context, more: Record<string, string | undefined> = {}): string {
  const names = ['view', 'theme', 'background', 'lang']
  const asked = names.map((name) => [name, queryText(ctx, name)] as const)
  const given = [...asked, ...Object.entries(more)].filter((pair): pair is [string, string] => !!pair[1])
  return given.length > 0 ? `?${new URLSearchParams(given).toString()}` : ''
}

function oneOf<Choice extends string>(ctx: Context, name: string, choices: readonly Choice[]): Choice | undefined {
  const text = queryText(ctx, name)
  const choice = choices.find((known) => known === text)
  if (text !== undefined && choice === undefined) throw new Refusal('bad_query')
  return choice
}
