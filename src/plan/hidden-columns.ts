import { madeColumn, parsePath, pathText } from '../model/document-path.ts'
import type { ReadPlan } from '../model/plan.ts'
import type { BoundStages } from '../transform/bind-stages.ts'

/** How documents are read whose stages hide some of their values. */
export function withHidden(read: ReadPlan, bound: BoundStages | undefined): ReadPlan {
  if (read.leftOut === undefined || bound === undefined || bound.hidden.length === 0) return read
  return { ...read, hidden: bound.hidden }
}

/** Where one value of a document is hidden, so is what it stands in, and what may hold the document as it is. */
export function hiddenIn({ leftOut }: ReadPlan, { hidden }: BoundStages): readonly string[] | undefined {
  if (hidden.length === 0) return undefined
  if (leftOut === undefined) return hidden
  const within = hidden.flatMap((name) => {
    const path = parsePath(name)
    return path.map((_, depth) => pathText(path.slice(0, depth + 1)))
  })
  return [...new Set([...hidden, ...within, madeColumn.document, madeColumn.original])]
}
