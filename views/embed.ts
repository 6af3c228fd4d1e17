/**
 * Inserts a room after its script element: <script src="https://…/embed.js" data-room="kitchen"></script>. The
 * attributes data-lang, data-theme, data-background and data-view become the page's query parameters of the same names;
 * data-height is any CSS length.
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
// The sandbox lets the frame open links in new tabs, but not navigate this page.
frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox')
frame.allow = 'clipboard-write'
frame.style.width = '100%'
frame.style.height = /^\d+$/.test(height) ? `${height}px` : height
frame.style.border = '0'
script.after(frame)
