/** For people: what was dumped, and by what. */
export function dumpVersion(server: string | undefined, tool: string | undefined): string {
  const by = tool === undefined || tool === '' ? '' : ` by mongodump ${tool}`
  return server === undefined || server === '' ? `dump of an unknown MongoDB${by}` : `dump of MongoDB ${server}${by}`
}
