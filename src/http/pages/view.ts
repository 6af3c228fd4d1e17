import type { Context } from 'koa'
import { LANGUAGES, type Language } from '../../chat/format/language.ts'
import { Refusal } from '../../chat/refusal.ts'
import { queryText } from '../request/query.ts'

const VIEWS = ['page', 'embed', 'read'] as const
const THEMES = ['auto', 'light', 'dark'] as const
const BACKGROUNDS = ['paper', 'transparent'] as const

/** How the page of a room is wanted: by itself, in somebody else's page, or only to be read, on a screen. */
export interface View {
  view: (typeof VIEWS)[number]
  theme: (typeof THEMES)[number]
  background: (typeof BACKGROUNDS)[number]
  language: Language
}

/** The view that a request asks for; what there is none of is refused as `bad_query`. */
export function viewOf(ctx: Context): View {
  return {
    view: oneOf(ctx, 'view', VIEWS) ?? 'page',
    theme: oneOf(ctx, 'theme', THEMES) ?? 'auto',
    background: oneOf(ctx, 'background', BACKGROUNDS) ?? 'paper',
    language: oneOf(ctx, 'lang', LANGUAGES) ?? (ctx.state.language as Language),
  }
}

/** What of the request's query makes its view, to go on in the same one. */
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
