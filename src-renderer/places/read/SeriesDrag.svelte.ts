/** A hand that clicks moves a little; a drag begins beyond this many CSS pixels. */
const threshold = 5;

/** A series on its way from the list to a pane, under the pointer. */
export class SeriesDrag {
  /** What is dragged, and where it is in the window; null while nothing is. */
  current = $state.raw<{ seriesIndex: number; x: number; y: number } | null>(null);
  /** The pane under the pointer, in reading order from 0. */
  target = $state.raw<number | null>(null);
  readonly #onDrop: (seriesIndex: number, paneIndex: number) => void;
  #stop: AbortController | null = null;

  /** @param onDrop - hears of a series that was let go over a pane */
  constructor(onDrop: (seriesIndex: number, paneIndex: number) => void) {
    this.#onDrop = onDrop;
  }

  /**
   * Follows a pointer that was pressed on a series. With pointer events instead of the browser's own dragging, which
   * pens and fingers do not have and which needs the press that would take the focus from the picture.
   */
  press(event: PointerEvent, seriesIndex: number): void {
    if (event.button !== 0) return;
    this.#end();
    const { clientX, clientY, pointerId } = event;
    const stop = new AbortController();
    this.#stop = stop;
    const { signal } = stop;
    const ofPointer = (act: (moved: PointerEvent) => void) => (moved: PointerEvent) => {
      if (moved.pointerId === pointerId) act(moved);
    };
    const move = ofPointer(({ clientX: x, clientY: y }) => {
      if (this.current === null && Math.hypot(x - clientX, y - clientY) < threshold) return;
      this.current = { seriesIndex, x, y };
      this.target = paneAt(x, y);
    });
    const drop = ofPointer(() => {
      const target = this.current === null ? null : this.target;
      if (this.current !== null) swallowClick();
      this.#end();
      if (target !== null) this.#onDrop(seriesIndex, target);
    });
    addEventListener('pointermove', move, { signal });
    addEventListener('pointerup', drop, { signal });
    addEventListener('pointercancel', () => this.#end(), { signal });
    addEventListener('blur', () => this.#end(), { signal });
    addEventListener('keydown', (pressed) => this.#cancelBy(pressed), { signal, capture: true });
  }

  #cancelBy(pressed: KeyboardEvent): void {
    if (pressed.key !== 'Escape' || this.current === null) return;
    pressed.preventDefault();
    pressed.stopPropagation();
    this.#end();
  }

  #end(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.current = null;
    this.target = null;
  }
}

/** The pane under a point of the window, by the number that the grid gave it. */
function paneAt(x: number, y: number): number | null {
  const pane = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-pane]');
  return pane === null || pane === undefined ? null : Number(pane.dataset['pane']);
}

/** Where a drag ends over the element that it began on, the browser makes a click of it. */
function swallowClick(): void {
  const swallow = (click: MouseEvent) => click.stopPropagation();
  addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener('click', swallow, { capture: true }));
}
