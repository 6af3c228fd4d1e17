const ASCII = /^[\0-\x7f]*$/

// Characters of every script (Common), and marks that inherit the script of their letter.
const NEUTRAL = /[\p{scx=Zyyy}\p{scx=Zinh}]/gu
const LATIN = /\p{scx=Latn}/gu

/**
 * Sets of scripts that a name may mix. Cyrillic and Greek mix with none, because their letters look like Latin ones.
 */
const SETS = ['Latn', 'Latn Hani Hira Kana', 'Latn Hani Bopo', 'Latn Hani Hang', 'Cyrl', 'Grek'].map(onlyOf)

/** The other scripts that UAX #31 recommends (table 5). A name may mix each of them with Latin. */
const BESIDE_LATIN =
  'Arab Armn Beng Deva Ethi Geor Gujr Guru Hebr Khmr Knda Laoo Mlym Mymr Orya Sinh Taml Telu Thaa Thai Tibt'
const BESIDE = BESIDE_LATIN.split(' ').map(onlyOf)
const RECOMMENDED = new RegExp(`[${classOf(`Latn Hani Hira Kana Bopo Hang Cyrl Grek ${BESIDE_LATIN}`)}]`, 'u')

/**
 * Whether a text in NFKC mixes more scripts than the level "Moderately Restrictive" of UTS #39, section 5.2, allows.
 */
export function mixesScripts(text: string): boolean {
  if (ASCII.test(text)) return false
  const letters = text.replaceAll(NEUTRAL, '')
  if (SETS.some((set) => set.test(letters))) return false
  const others = letters.replaceAll(LATIN, '')
  if (BESIDE.some((script) => script.test(others))) return false
  // Allow a text in other scripts, unless a recommended script is mixed in.
  return RECOMMENDED.test(letters)
}

function onlyOf(scripts: string): RegExp {
  return new RegExp(`^[${classOf(scripts)}]*$`, 'u')
}

function classOf(scripts: string): string {
  return scripts.replaceAll(/(\w+) ?/g, String.raw`\p{scx=$1}`)
}
