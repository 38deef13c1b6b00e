/** Goes through a text from its begin to its end. */
export class TextReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** @param form sticky, so that it begins where the reader stands */
  match(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text);
    if (found) this.#at += found[0].length;
    return found;
  }

  isAt(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at);
  }

  takes(mark: string): boolean {
    if (!this.isAt(mark)) return false;
    this.#at += mark.length;
    return true;
  }
}
