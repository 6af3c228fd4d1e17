/** Whether a key press means "send": Enter without Shift or Alt, unless an input method (IME) is using it. */
export function isSendKey({ key, shiftKey, altKey, isComposing, keyCode }: KeyboardEvent): boolean {
  // Safari ends the composition before it reports the Enter that ended it; key code 229 still identifies it.
  if (isComposing || keyCode === 229) return false
  return key === 'Enter' && !shiftKey && !altKey && !isTouch()
}

/** Whether the device has a touch screen, where Enter starts a new line and the button sends. */
function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches
}

/** Makes a text area as high as its text, up to the maximum of the style sheet. */
export function fit(area: HTMLTextAreaElement): void {
  area.style.height = 'auto'
  area.style.height = `${area.scrollHeight}px`
}
