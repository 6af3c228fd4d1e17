/** Whether a key press means "send": Enter alone, and never one that belongs to an input method. */
export function isSendKey({ key, shiftKey, altKey, isComposing, keyCode }: KeyboardEvent): boolean {
  // Safari ends the composition before it reports the Enter that ended it; only the key code tells.
  if (isComposing || keyCode === 229) return false
  return key === 'Enter' && !shiftKey && !altKey && !isTouch()
}

/** Where fingers type, Enter breaks the line and the button sends. */
function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches
}

/** Makes an area as high as its text, as far as the style lets it. */
export function fit(area: HTMLTextAreaElement): void {
  area.style.height = 'auto'
  area.style.height = `${area.scrollHeight}px`
}
