// The script of report.html. It shows a page of rows at a time, and filters them. What comes out of the data is put into
// the page as text alone, never as HTML.

/**
 * @typedef {{ kind: 'text' | 'bytes' | 'null' | 'masked', runs: [string, string][], points: [string, string][], morePoints: number }} Value
 * @typedef {{ dataset: string, key: string, reason: string, detail?: string, column?: string, source?: Value, target?: Value, transient?: boolean }} Difference
 * @typedef {Difference & { text: string }} Row
 * @typedef {'dataset' | 'column' | 'reason' | 'state'} Choice
 */

const rowsPerPage = 50
const wholeRows = 'whole rows'
const differs = 'differs'
const stillChanging = 'still changing'
const number = new Intl.NumberFormat('en-US')

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function find(id, type) {
  const found = document.getElementById(id)
  if (found instanceof type) return found
  throw new Error(`The page has no ${id}`)
}

/**
 * @param {keyof HTMLElementTagNameMap} name
 * @param {string} className
 * @param {(Node | string)[]} children
 */
function element(name, className, ...children) {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.append(...children)
  return made
}

/** What is searched: a blank is a blank there. @param {Value | undefined} value */
function textOf(value) {
  return (value?.runs ?? []).map(([kind, text]) => (kind.endsWith('sign') ? text.replaceAll('␣', ' ') : text)).join('')
}

/** @param {Row} row @param {Choice} choice */
function chosenOf(row, choice) {
  if (choice === 'state') return row.transient === true ? stillChanging : differs
  return choice === 'column' ? (row.column ?? wholeRows) : row[choice]
}

/** @param {[string, string]} run @param {string} side */
function runElement([kind, text], side) {
  // The end of a line is shown, and ends the line too.
  const shown = kind.endsWith('sign') ? text.replaceAll('↵', '↵\n') : text
  if (kind === 'same') return document.createTextNode(shown)
  if (kind === 'differs') return element('mark', side, shown)
  if (kind === 'left-out') return element('span', 'note', shown)
  const className = text.startsWith('U+') ? 'sign-of number' : 'sign-of'
  return kind === 'sign' ? element('span', className, shown) : element('mark', `${side} ${className}`, shown)
}

/** @param {Value} value @param {string} side */
function valueElements(value, side) {
  if (value.kind === 'null') return [element('span', 'null', 'NULL')]
  if (value.runs.length === 0) return [element('span', 'null', 'empty text')]
  const runs = value.runs.map((run) => runElement(run, side))
  if (value.kind === 'masked') return [element('span', 'badge', 'masked'), ' ', element('bdi', 'value', ...runs)]
  const shown = element('bdi', `value ${value.kind}`, ...runs)
  if (value.points.length === 0) return [shown]
  const points = value.points.map(([text, codes]) =>
    element('li', '', element('bdi', '', text), text === '' ? codes : ` ${codes}`),
  )
  if (value.morePoints > 0) points.push(element('li', '', `and ${number.format(value.morePoints)} more`))
  return [shown, element('ul', 'points', ...points)]
}

/** @param {Row} row @param {'source' | 'target'} side */
function sideCell(row, side) {
  const value = row[side]
  if (value !== undefined) return element('td', side, ...valueElements(value, side))
  const isThere = row.reason === (side === 'source' ? 'MISSING' : 'EXTRA')
  return element('td', side, element('span', isThere ? '' : 'null', isThere ? 'the row is here' : 'no such row'))
}

/** @param {Row} row */
function rowElement(row) {
  const head = element('th', '', element('code', '', row.dataset), element('br', ''), element('bdi', 'key', row.key))
  head.setAttribute('scope', 'row')
  const what = element('td', 'what')
  if (row.column !== undefined) what.append(element('code', '', row.column), element('br', ''))
  what.append(element('strong', '', row.reason))
  if (row.detail !== undefined) what.append(` ${row.detail}`)
  if (row.transient === true) what.append(element('br', ''), element('span', 'badge transient', stillChanging))
  return element('tr', '', head, what, sideCell(row, 'source'), sideCell(row, 'target'))
}

class RowTable {
  #page = 0
  #filters = find('filters', HTMLFormElement)
  #table = find('table', HTMLTableElement)
  #pager = find('pager', HTMLElement)
  #status = find('shown', HTMLElement)
  #rows
  /** @type {readonly Choice[]} */
  #choices

  /** @param {readonly Row[]} rows */
  constructor(rows) {
    this.#rows = rows
    /** @type {Choice[]} */
    const choices = ['dataset', 'column', 'reason', 'state']
    // Without rows that kept changing there is nothing to choose a state from.
    this.#choices = choices.filter((choice) => this.#filters.elements.namedItem(choice) !== null)
    for (const part of [this.#filters, this.#table]) part.hidden = false
    this.#offer('dataset', rows)
    this.#filters.addEventListener('submit', (event) => event.preventDefault())
    this.#filters.addEventListener('input', () => this.show(0))
    this.#button(this.#filters, 'all').addEventListener('click', () => this.choose({}))
    this.#button(this.#pager, 'previous').addEventListener('click', () => this.#turn(-1))
    this.#button(this.#pager, 'next').addEventListener('click', () => this.#turn(1))
    this.show(0)
  }

  /** Shows these rows, whatever was chosen before. @param {{ readonly [choice in Choice]?: string | undefined }} wanted */
  choose(wanted) {
    this.#text.value = ''
    for (const choice of this.#choices) this.#select(choice).value = ''
    for (const choice of this.#choices) {
      this.show(0)
      this.#select(choice).value = wanted[choice] ?? ''
    }
    this.show(0)
  }

  /** @param {number} page From 0. */
  show(page) {
    this.#page = page
    // What can be chosen hangs on what was chosen before.
    let fitting = this.#rows
    for (const choice of this.#choices) {
      this.#offer(choice, fitting)
      const chosen = this.#select(choice).value
      if (chosen !== '') fitting = fitting.filter((row) => chosenOf(row, choice) === chosen)
    }
    const text = this.#text.value.toLowerCase()
    if (text !== '') fitting = fitting.filter((row) => row.text.includes(text))
    const first = page * rowsPerPage
    const shown = fitting.slice(first, first + rowsPerPage)
    this.#table.tBodies[0]?.replaceChildren(...shown.map(rowElement))
    this.#tell(first, shown.length, fitting.length)
  }

  /** @param {number} first @param {number} count @param {number} fitting */
  #tell(first, count, fitting) {
    const pages = Math.max(1, Math.ceil(fitting / rowsPerPage))
    const all = fitting === this.#rows.length ? '' : ` that fit, of ${number.format(this.#rows.length)}`
    this.#status.textContent =
      count === 0
        ? 'No row of this page fits. All of them are in differences.ndjson.'
        : `Rows ${number.format(first + 1)} to ${number.format(first + count)} of ${number.format(fitting)}${all}`
    this.#pager.hidden = pages === 1
    find('page', HTMLElement).textContent = `Page ${number.format(this.#page + 1)} of ${number.format(pages)}`
    this.#button(this.#pager, 'previous').disabled = this.#page === 0
    this.#button(this.#pager, 'next').disabled = this.#page + 1 >= pages
  }

  /** @param {number} by */
  #turn(by) {
    this.show(this.#page + by)
    find('rows-title', HTMLElement).scrollIntoView()
  }

  /** @param {Choice} choice @param {readonly Row[]} rows */
  #offer(choice, rows) {
    const select = this.#select(choice)
    const chosen = select.value
    const values = [...new Set(rows.map((row) => chosenOf(row, choice)))].sort()
    const options = values.map((value) => new Option(value, value, false, value === chosen))
    select.replaceChildren(new Option('all', '', false, !values.includes(chosen)), ...options)
  }

  /** @param {Choice} choice */
  #select(choice) {
    const found = this.#filters.elements.namedItem(choice)
    if (found instanceof HTMLSelectElement) return found
    throw new Error(`The filters have no ${choice}`)
  }

  get #text() {
    const found = this.#filters.elements.namedItem('text')
    if (found instanceof HTMLInputElement) return found
    throw new Error('The filters have no text')
  }

  /** @param {HTMLElement} part @param {string} name */
  #button(part, name) {
    const found = part.querySelector(`button[name=${name}]`)
    if (found instanceof HTMLButtonElement) return found
    throw new Error(`The page has no button ${name}`)
  }
}

/** Cells of the heat map and kinds of differences lead to their rows. @param {RowTable} table */
function followLinks(table) {
  for (const link of document.querySelectorAll('a[data-dataset]')) {
    if (!(link instanceof HTMLElement)) continue
    link.addEventListener('click', (event) => {
      // Following the link would take the focus away again.
      event.preventDefault()
      const { dataset, column, reason, state = differs } = link.dataset
      table.choose({ dataset, column: column === '' ? wholeRows : column, reason, state })
      find('rows-title', HTMLElement).scrollIntoView()
      find('rows-title', HTMLElement).focus({ preventScroll: true })
    })
  }
}

/** On paper nothing can be opened. */
function openForPrint() {
  /** @type {HTMLDetailsElement[]} */
  let opened = []
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details')].filter((details) => !details.open)
    for (const details of opened) details.open = true
  })
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false
  })
}

/** @type {readonly Difference[]} */
const differences = JSON.parse(find('differences', HTMLScriptElement).textContent ?? '[]')
if (differences.length > 0) {
  const rows = differences.map((difference) => {
    const { dataset, key, column = '', reason, detail = '', source, target } = difference
    const text = [dataset, key, column, reason, detail, textOf(source), textOf(target)].join('\n').toLowerCase()
    return { ...difference, text }
  })
  followLinks(new RowTable(rows))
}
openForPrint()
