/** What is interned: objects whose hashes are equal where their structures are. */
interface Hashed {
  readonly hash: number;
}

/** To the entries of one hash: nearly always to one. */
type References<T extends Hashed> = WeakRef<T> | readonly WeakRef<T>[];

/** One object for each structure. An object that nobody holds is freed, between turns of the event loop. */
export class InternTable<T extends Hashed> {
  readonly #references = new Map<number, References<T>>();
  readonly #registry = new FinalizationRegistry<number>(hash => this.#forget(hash));
  readonly #present = new PresentEntries<T>();

  /** An entry with that hash which the present job has met, if any: nearly always the one, and found at once. */
  likely(hash: number): T | undefined {
    return this.#present.likely(hash);
  }

  /** The entry that `matches`, of those with the hash `hash`; where there is none, what `make` makes of the hash. */
  intern(hash: number, matches: (entry: T) => boolean, make: (hash: number) => T): T {
    const likely = this.#present.likely(hash);
    if (likely !== undefined && matches(likely)) return likely;
    const references = this.#references.get(hash);
    const entry = entryOf(references, matches) ?? this.#enter(make(hash), references);
    this.#present.add(entry);
    return entry;
  }

  #enter(entry: T, others: References<T> | undefined): T {
    const { hash } = entry;
    const reference = new WeakRef(entry);
    this.#references.set(hash, others === undefined ? reference : [...listOf(others), reference]);
    this.#registry.register(entry, hash);
    return entry;
  }

  // A finaliser may come late, when the same structure has been made anew: only empty references go.
  #forget(hash: number): void {
    const references = this.#references.get(hash);
    if (references === undefined) return;
    const live = listOf(references).filter(reference => reference.deref() !== undefined);
    if (live.length === 0) this.#references.delete(hash);
    else this.#references.set(hash, live);
  }
}

/**
 * The entries met in the present job, by hash. They are held until its end, as their weak references would hold them too:
 * but what a weak reference costs, each time, is ten times the cost of a strong one.
 */
class PresentEntries<T extends Hashed> {
  // A power of two, and never more than half full: an entry is in the first free place from its hash on.
  #places: (T | undefined)[] = noEntries(fewest);
  #count = 0;

  likely(hash: number): T | undefined {
    const places = this.#places;
    const last = places.length - 1;
    for (let place = hash & last; ; place = (place + 1) & last) {
      const entry = places[place];
      if (entry === undefined || entry.hash === hash) return entry;
    }
  }

  add(entry: T): void {
    if (this.#count === 0) void Promise.resolve().then(() => this.#clear());
    if (2 * this.#count >= this.#places.length) this.#grow();
    if (put(this.#places, entry)) this.#count += 1;
  }

  #grow(): void {
    const places = noEntries<T>(2 * this.#places.length);
    for (const entry of this.#places) if (entry !== undefined) put(places, entry);
    this.#places = places;
  }

  #clear(): void {
    this.#places = noEntries(fewest);
    this.#count = 0;
  }
}

// As many as nearly all jobs need, and soon cleared.
const fewest = 1 << 12;

const noEntries = <T>(places: number): (T | undefined)[] => new Array<T | undefined>(places).fill(undefined);

// True if it took a free place. Of two entries with one hash, the later is the likelier, and stays.
function put<T extends Hashed>(places: (T | undefined)[], entry: T): boolean {
  const last = places.length - 1;
  let place = entry.hash & last;
  let other = places[place];
  while (other !== undefined && other.hash !== entry.hash) {
    place = (place + 1) & last;
    other = places[place];
  }
  places[place] = entry;
  return other === undefined;
}

const listOf = <T extends Hashed>(references: References<T>): readonly WeakRef<T>[] =>
  references instanceof WeakRef ? [references] : references;

function entryOf<T extends Hashed>(
  references: References<T> | undefined,
  matches: (entry: T) => boolean,
): T | undefined {
  if (references === undefined) return undefined;
  return listOf(references)
    .map(reference => reference.deref())
    .find(entry => entry !== undefined && matches(entry));
}
