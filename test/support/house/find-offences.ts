import ts from 'typescript'

const maxLines = 500
const promise = /\b(TODO|FIXME|XXX|HACK)\b|\bnot (yet )?implemented\b/i
/** The linter may be told otherwise about one rule and with a reason: `oxlint-disable-next-line rule -- why`. */
const silencer = /@ts-(ignore|expect-error|nocheck)|\b(oxlint|eslint)-disable(?!(-next-line)? [\w/-]+ -- \w)/
/** Where tests may be left out, under conditions that are checked there. */
const mayDescribeConditionally = /^test\/support\/engines\/describe-engines\.ts$/

/** What the house does not allow in a file and the linter does not see, one line each: `path:line what`. */
export function findOffences(path: string, text: string): readonly string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const offences: string[] = []
  const report = (position: number, what: string) =>
    offences.push(`${path}:${file.getLineAndCharacterOfPosition(position).line + 1} ${what}`)

  const lineCount = text.trimEnd().split('\n').length
  if (lineCount > maxLines) report(0, `has ${lineCount} lines, ${maxLines} are allowed`)
  for (const { position, comment } of commentsOf(text)) {
    if (promise.test(comment)) report(position, 'promises in a comment what the code should do')
    if (silencer.test(comment)) report(position, 'silences a tool')
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCatchClause(node) && node.block.statements.length === 0) report(node.getStart(), 'swallows an error')
    if (isSwallowingHandler(node)) report(node.getStart(), 'swallows a rejection')
    if (ts.isAsExpression(node) && node.type.kind === ts.SyntaxKind.AnyKeyword) report(node.getStart(), 'says `as any`')
    const modifier = modifierOfTest(node)
    if (modifier !== undefined && !mayDescribeConditionally.test(path)) report(node.getStart(), `says \`${modifier}\``)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return offences
}

function commentsOf(text: string): readonly { position: number; comment: string }[] {
  const comments: { position: number; comment: string }[] = []
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text)
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    const isComment = token === ts.SyntaxKind.SingleLineCommentTrivia || token === ts.SyntaxKind.MultiLineCommentTrivia
    if (isComment) comments.push({ position: scanner.getTokenStart(), comment: scanner.getTokenText() })
  }
  return comments
}

/** `promise.catch(() => {})`, and the same with `undefined` or `null`: the rejection leaves no trace. */
function isSwallowingHandler(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  if (node.expression.name.text !== 'catch') return false
  const [handler] = node.arguments
  if (handler === undefined || !ts.isArrowFunction(handler) || handler.parameters.length > 0) return false
  const { body } = handler
  if (ts.isBlock(body)) return body.statements.length === 0
  return body.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(body) && body.text === 'undefined')
}

/** `it.skip`, `describe.only`, `test.skipIf` and their like. */
function modifierOfTest(node: ts.Node): string | undefined {
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return undefined
  const [holder, modifier] = [node.expression.text, node.name.text]
  if (!['it', 'test', 'describe', 'suite'].includes(holder)) return undefined
  const isLimiting = ['skip', 'only', 'todo', 'fails', 'skipIf', 'runIf'].includes(modifier)
  return isLimiting ? `${holder}.${modifier}` : undefined
}
