/** Fills a template with a type's arguments: `{0}`, `{1|6}` (6 where there is none), `{u}` for unsigned. */
export function fillTemplate(template: string, args: readonly number[], unsigned: boolean): string {
  return template.replace(/\{(u|\d)(?:\|(\d+))?\}/g, (_, name: string, otherwise: string | undefined) => {
    if (name === 'u') return unsigned ? 'u' : ''
    return String(args[Number(name)] ?? otherwise ?? '')
  })
}
