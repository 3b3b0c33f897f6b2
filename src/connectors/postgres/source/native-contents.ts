import type {
  ContentColumn,
  ContentQuestion,
  ContentReader,
  Contents,
  DigestQuestion,
  RangeDigest,
} from '../../../contract/contents.ts'
import type { CountQuestion } from '../../../model/count.ts'
import type { DigestForm } from '../../../model/digest-form.ts'
import type { NativeType } from '../../../model/relation.ts'

/** A type of a catalog as a target prints it: of labels nothing but that they are text. */
export function typeTextOf({ name, text, of }: NativeType): string {
  if (name === 'enum') return 'text'
  return name === 'array' && of !== undefined ? `${typeTextOf(of)}[]` : text
}

/** What is asked of the catalog's types, asked of their texts. */
export function countByText(question: CountQuestion<NativeType>): CountQuestion<string> {
  const { measures, ...rest } = question
  return measures === undefined
    ? rest
    : { ...rest, measures: measures.map((measure) => ({ ...measure, type: typeTextOf(measure.type) })) }
}

/** The contents of a database whose types are those of its catalog. Nothing is written to it, and so nothing repaired. */
export class NativeContents implements Contents<NativeType>, AsyncDisposable {
  readonly position: string | undefined
  readonly #byText: Contents<string> & AsyncDisposable

  constructor(byText: Contents<string> & AsyncDisposable) {
    this.position = byText.position
    this.#byText = byText
  }

  formsOf(type: NativeType): readonly DigestForm[] {
    return this.#byText.formsOf(typeTextOf(type))
  }

  isOrderedBy(type: NativeType, form: DigestForm): boolean {
    // Labels have the order of their type.
    return type.name !== 'enum' && this.#byText.isOrderedBy(typeTextOf(type), form)
  }

  digestible(type: NativeType, form: DigestForm): ReturnType<NonNullable<Contents<string>['digestible']>> {
    return this.#byText.digestible?.(typeTextOf(type), form)
  }

  async openContents(question: ContentQuestion<NativeType>, signal: AbortSignal): Promise<ContentReader> {
    return await this.#byText.openContents({ ...question, columns: question.columns.map(withText) }, signal)
  }

  async digest(question: DigestQuestion<NativeType>, signal: AbortSignal): Promise<RangeDigest> {
    const columns = question.columns.map((column) => ({ ...column, type: typeTextOf(column.type) }))
    return await this.#byText.digest!({ ...question, columns }, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#byText[Symbol.asyncDispose]()
  }
}

function withText(column: ContentColumn<NativeType>): ContentColumn<string> {
  return { ...column, type: typeTextOf(column.type) }
}
