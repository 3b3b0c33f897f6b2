/** Rules that losses of every run are counted under. */
export const lossRule = {
  typeDrift: 'type-drift',
  unknownField: 'unknown-field',
  duplicateField: 'duplicate-field',
  decimalExponent: 'decimal-exponent',
} as const
