type Listener = (sequence: number) => void;

/** Who wants to hear of commits that appended to the change log. */
export class CommitListeners {
  readonly #listeners = new Set<Listener>();

  /** Gives what ends it. */
  add(listener: Listener): () => void {
    // Its own: the same function may be added twice, and each addition ended alone.
    const own: Listener = (sequence) => listener(sequence);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  tell(sequence: number): void {
    for (const listener of this.#listeners) listener(sequence);
  }
}
