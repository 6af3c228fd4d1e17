/** The seed of a randomised test: what the environment says under this name, else a new one. It is printed, to be given again. */
export function seedOf(name: string): number {
  const seed = Number(process.env[name] ?? Math.floor(Math.random() * 2 ** 32))
  console.log(`      ${name}=${seed}`)
  return seed
}
