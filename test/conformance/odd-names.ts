/** Names that break whatever quotes by hand, folds case or keeps a list of words. */
export const oddNames: readonly string[] = [
  'select',
  'order by',
  'UPPER lower',
  'a "quoted" name',
  "it's",
  'back`tick',
  'semi;colon -- and /* comment',
  '100%',
  'what?$1',
  'dot.in.it',
  'back\\slash',
  'Übergröße',
  '日本語の表',
  'emoji 😀',
  'x'.repeat(60),
]
