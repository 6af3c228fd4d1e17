import type { VNode } from 'preact'
import { Banner } from './listen/banner.tsx'
import { Announcer } from './log/announcer.tsx'
import { Log } from './log/log.tsx'

/** The conversation alone, for a screen that nobody writes at. */
export function Reading(): VNode {
  return (
    <>
      <Banner />
      <Log />
      <Announcer />
    </>
  )
}
