/**
 * The words by which a person's name is taken apart, in lower case and without dots, except where they are said to stand
 * as they are.
 */
export const nameWords = {
  /** In front of a name, with a dot or without. */
  titles: setOf(
    'mr mrs ms miss mx dr prof professor doctor sir dame lady lord rev reverend herr herrn frau fräulein frl hr mme mlle',
    'monsieur madame mademoiselle señor señora señorita sra srta signor signora dott drs mevr mevrouw meneer dhr dipl-ing',
  ),
  /** In front of a name, with a dot only: without it they are names themselves. */
  dottedTitles: setOf('capt col dipl fr gen hon ing lt mag maj pd sgt sig sr'),
  /** What belongs to a title before it, with a dot only: `Dr. med.`, `Dr. rer. nat.`, `Dr. h.c.`. */
  titleEndings: setOf('agr dent habil hc ing iur jur med nat oec phil pol rer theol vet'),
  /** Behind a name, with dots or without. */
  suffixes: setOf('jr sr jnr snr esq phd dphil edd mba msc bsc dds dvm llm llb cpa obe mbe cbe kbe'),
  /** Behind a name, with a dot only. */
  dottedSuffixes: setOf('ba bs jd ma md ms rn'),
  /** Behind a name, as they stand. */
  capitalSuffixes: setOf('II III IV V MD'),
  /** With which a last name begins, with a capital or without. */
  particles: setOf(
    'van von vom zum zur der den de del della dello des di da du dos la las los le lo bin bint ibn al el abu st saint san',
    "santa mac mc 't o' d' l' dell'",
  ),
  /** With which a last name begins, as they stand: with a capital they are names. */
  lowerParticles: setOf('af av ben das do op te ten ter tot vander zu'),
  /** Between two last names of one person, as they stand: `Ortega y Gasset`, `Costa e Silva`. */
  joiners: setOf('y e'),
  /** Between the names of two persons, as they stand. */
  conjunctions: setOf('& + / and AND et und UND'),
} as const

function setOf(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')))
}
