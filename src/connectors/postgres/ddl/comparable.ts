import type { TargetType, TypeClass } from './target-type.ts'

/** Classes of a foreign key's column beside the class of the column that it refers to, by the latter. */
const comparable: { readonly [parent in TypeClass]?: readonly TypeClass[] } = {
  numeric: ['int'],
  float: ['int', 'numeric'],
  text: ['padded text'],
  'padded text': ['text'],
  date: ['timestamp', 'timestamptz'],
  timestamp: ['date', 'timestamptz'],
  timestamptz: ['date', 'timestamp'],
  interval: ['time'],
}

/**
 * Whether a foreign key from a column of one type to one of the other can be made: the server wants an operator of the
 * parent's own index between the two, or a cast that it takes by itself from child to parent. Of a type that is not known
 * the server decides.
 */
export function isComparable(child: TargetType, parent: TargetType): boolean {
  if (child.class === 'other' || parent.class === 'other') return true
  if (child.class !== parent.class) return comparable[parent.class]?.includes(child.class) ?? false
  return child.class === 'enum' || child.class === 'array' ? child.text === parent.text : true
}
