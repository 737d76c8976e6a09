const letters: Readonly<Record<string, string>> = { æ: 'ae', ø: 'oe', å: 'aa', Æ: 'Ae', Ø: 'Oe', Å: 'Aa' }

/** Norwegian letters as the registers write them in names (ae, oe, aa); all capitals stay all capitals. */
export function transliterated(text: string): string {
  const shouted = text === text.toUpperCase()
  return text.replaceAll(/[æøåÆØÅ]/g, (letter) => {
    const plain = letters[letter] ?? letter
    return shouted ? plain.toUpperCase() : plain
  })
}
