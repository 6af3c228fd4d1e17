/**
 * Puts a room where this script stands: <script src="https://…/embed.js" data-room="kitchen"></script>. The attributes
 * data-lang, data-theme, data-background and data-view are those of the page's address; data-height is any length of CSS.
 */
const script = document.currentScript as HTMLScriptElement
const { room = 'lobby', view = 'embed', height = '30rem', title = room } = script.dataset

const address = new URL(`/rooms/${encodeURIComponent(room)}`, script.src)
address.searchParams.set('view', view)
for (const name of ['theme', 'background', 'lang']) {
  const value = script.dataset[name]
  if (value) address.searchParams.set(name, value)
}

const frame = document.createElement('iframe')
frame.src = address.href
frame.title = title
// It can open a link in a tab of its own, and cannot take this page elsewhere.
frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox')
frame.allow = 'clipboard-write'
frame.style.width = '100%'
frame.style.height = /^\d+$/.test(height) ? `${height}px` : height
frame.style.border = '0'
script.after(frame)
