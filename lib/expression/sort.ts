/**
 * `list` sorted, in place, as its own `sort` does: stably. The lists of a formula are short, and engines take more than a
 * thousand bytes of scratch to sort even two elements; insertion takes none, and moves little where order is near. Beyond
 * `longest` elements the comparisons of an insertion are too many, unless order is near.
 */
export function sortShort<T>(list: T[], compare: (a: T, b: T) => number, longest = 24): T[] {
  if (list.length > longest) return list.sort(compare);
  for (let i = 1; i < list.length; i++) {
    const element = list[i] as T;
    let place = i;
    for (; place > 0; place--) {
      const before = list[place - 1] as T;
      if (compare(before, element) <= 0) break;
      list[place] = before;
    }
    list[place] = element;
  }
  return list;
}
