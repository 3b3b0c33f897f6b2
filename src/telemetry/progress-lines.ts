import { bytesText, counted, countText, durationText } from './amounts.ts'
import type { CopyProgress, DatasetProgress } from './copy-tally.ts'
import { displayWidth, fitWidth, padWidth } from './display-width.ts'

/** `52 %`; never 100 % before all is done. */
export function percentText(share: number): string {
  return `${share >= 1 ? 100 : Math.min(99, Math.floor(share * 100))} %`
}

/** The copy in one line: how far, how fast, how long still. */
export function copyLine(progress: CopyProgress): string {
  const { share, rowCount, rowEstimate, rowsPerSecond, bytesPerSecond, secondsLeft, rejectedCount } = progress
  const parts = [
    share === undefined
      ? counted(rowCount, 'row')
      : `${percentText(share)}, ${countText(rowCount)} of ${about(rowCount, rowEstimate)}`,
    `${countText(rowsPerSecond)} rows/s`,
    `${bytesText(bytesPerSecond)}/s`,
  ]
  if (secondsLeft !== undefined && secondsLeft > 0.5) parts.push(`about ${durationText(Math.ceil(secondsLeft))} left`)
  if (progress.activeCount > 0) parts.push(counted(progress.activeCount, 'lane'))
  if (rejectedCount > 0) parts.push(`${countText(rejectedCount)} rejected`)
  return parts.join(' · ')
}

function about(rowCount: number, rowEstimate: number): string {
  return rowEstimate > rowCount ? `about ${counted(rowEstimate, 'row')}` : counted(rowEstimate, 'row')
}

const barWidth = 20

/**
 * One line for each dataset that is under way, and one for the others; never more than `maxLines`, nor wider than
 * `columnCount`.
 */
export function datasetLines(
  progress: CopyProgress,
  maxLines: number,
  columnCount: number,
  glyphs: BarGlyphs,
): string[] {
  const active = progress.datasets.filter(isActive)
  const shown = active.slice(0, Math.max(0, maxLines - 1))
  const nameWidth = Math.min(30, Math.max(8, ...shown.map((one) => displayWidth(one.dataset))))
  const lines = shown.map((one) => {
    const share = one.rowEstimate === 0 ? 0 : one.rowCount / one.rowEstimate
    const isMeasured = progress.share !== undefined
    const measure = isMeasured ? `${bar(share, glyphs)} ${percentText(Math.min(share, 0.99)).padStart(5)}  ` : ''
    return `  ${padWidth(one.dataset, nameWidth)}  ${measure}${counted(one.rowCount, 'row')}`
  })
  const doneCount = progress.datasets.filter(isDone).length
  const waiting = progress.datasets.length - doneCount - active.length
  const others = [`${doneCount} of ${counted(progress.datasets.length, 'dataset')} done`]
  if (active.length > shown.length) others.push(`${active.length - shown.length} more under way`)
  if (waiting > 0) others.push(`${waiting} to come`)
  return [...lines, `  ${others.join(', ')}`].slice(0, Math.max(0, maxLines)).map((line) => fitWidth(line, columnCount))
}

export interface BarGlyphs {
  readonly full: string
  readonly empty: string
}

function bar(share: number, { full, empty }: BarGlyphs): string {
  const filled = Math.min(barWidth, Math.floor(share * barWidth))
  return full.repeat(filled) + empty.repeat(barWidth - filled)
}

function isDone(dataset: DatasetProgress): boolean {
  return dataset.doneCount >= dataset.splitCount
}

function isActive(dataset: DatasetProgress): boolean {
  return !isDone(dataset) && (dataset.activeCount > 0 || dataset.doneCount > 0)
}
