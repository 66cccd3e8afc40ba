/** Keys in sets without a key in common, each known by one of its keys (R. E. Tarjan, Journal of the ACM 22, 1975). */
export class DisjointSets {
  readonly #parents = new Map<string, string>();

  /** The key that stands for all keys that were made one with `key`. */
  find(key: string): string {
    let root = key;
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root)) root = parent;
    for (let next = key; next !== root; ) {
      const parent = this.#parents.get(next) ?? root;
      this.#parents.set(next, root);
      next = parent;
    }
    return root;
  }

  /**
   * Makes the sets of two keys one, for which the key of the first goes on to stand. Returns the key that stood for the
   * second, or undefined if they were one already.
   */
  unite(first: string, second: string): string | undefined {
    const [kept, joined] = [this.find(first), this.find(second)];
    if (kept === joined) return undefined;
    this.#parents.set(joined, kept);
    return joined;
  }
}
