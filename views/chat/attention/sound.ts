let audio: AudioContext | undefined

/** Plays a short, soft note, like a spoon against a cup. */
export function playSound(): void {
  audio ??= new AudioContext()
  const now = audio.currentTime
  const volume = audio.createGain()
  volume.gain.setValueAtTime(0.15, now)
  volume.gain.exponentialRampToValueAtTime(0.001, now + 0.6)
  volume.connect(audio.destination)
  for (const hertz of [1318.5, 1975.5]) {
    const note = audio.createOscillator()
    note.frequency.value = hertz
    note.connect(volume)
    note.start(now)
    note.stop(now + 0.6)
  }
}
