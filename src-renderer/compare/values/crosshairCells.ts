/**
 * The cells of the table of values that follow the crosshair. Written without React: with every move of the
 * pointer there are as many other texts as runs and rows. Only what is in sight is written at once; the rest
 * follows when the pointer rests, so that all of it is true for who reads on.
 */

export interface CellTexts {
  /** Of the group that they stand in. */
  readonly title: string;
  /** By row, then by column. */
  readonly text: (row: number, column: number) => string;
}

const REST_MS = 200;

export class CrosshairCells {
  readonly #title: Element;
  readonly #rows: readonly (readonly Element[])[];
  readonly #texts: () => CellTexts;
  readonly #inSight = new Set<number>();
  readonly #observer: IntersectionObserver;
  #timer = 0;

  /** `body` has a row with the title, then one for each row of texts: its head and its cells, all empty. */
  constructor(body: HTMLTableSectionElement, texts: () => CellTexts) {
    const [head, ...rows] = body.rows;
    if (!head) throw new Error('A group of values has no head.');
    this.#title = head.cells[0] ?? head;
    this.#rows = rows.map(({ cells }) => [...cells].slice(1));
    this.#texts = texts;
    const columns = this.#rows[0] ?? [];
    this.#observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const column = columns.indexOf(target);
        if (isIntersecting) this.#inSight.add(column);
        else this.#inSight.delete(column);
      }
    });
    for (const cell of columns) this.#observer.observe(cell);
    this.#write();
  }

  /** The crosshair stands elsewhere. */
  move = (): void => {
    this.#write(this.#inSight);
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#write(), REST_MS);
  };

  dispose(): void {
    window.clearTimeout(this.#timer);
    this.#observer.disconnect();
  }

  #write(columns?: ReadonlySet<number>): void {
    const { title, text } = this.#texts();
    put(this.#title, title);
    this.#rows.forEach((cells, row) => {
      cells.forEach((cell, column) => {
        if (columns?.has(column) ?? true) put(cell, text(row, column));
      });
    });
  }
}

/** What says so already is left alone: another text is another layout. */
function put(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
