const SIZE = 64
const MOST = 99

let plain: string | undefined

/** Draws the count on the page's icon; no number for 0. */
export function drawIcon(count: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  if (!link) return
  plain ??= link.href
  link.href = count > 0 ? countIcon(count) : plain
}

function countIcon(count: number): string {
  const canvas = document.createElement('canvas')
  canvas.width = SIZE
  canvas.height = SIZE
  const brush = canvas.getContext('2d')
  if (!brush) return plain!
  brush.fillStyle = '#a3341f'
  brush.beginPath()
  brush.arc(SIZE / 2, SIZE / 2, SIZE / 2, 0, 2 * Math.PI)
  brush.fill()
  brush.fillStyle = '#fff'
  brush.font = `600 ${count > 9 ? 34 : 44}px system-ui, sans-serif`
  brush.textAlign = 'center'
  brush.textBaseline = 'middle'
  brush.fillText(count > MOST ? `${MOST}+` : String(count), SIZE / 2, SIZE / 2 + 3)
  return canvas.toDataURL()
}
