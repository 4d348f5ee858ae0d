/**
 * The best of many, one after the other, in the memory of those alone.
 * @param limit how many, at least 1
 * @param compare total order, the best first
 */
export function bestOf<T>(limit: number, compare: (a: T, b: T) => number) {
  const best: T[] = [];
  return {
    add(item: T): void {
      const last = best.at(-1);
      if (best.length === limit && last !== undefined && compare(item, last) >= 0) return;
      best.splice(placeOf(item), 0, item);
      if (best.length > limit) best.pop();
    },
    /** The best first; `[]` of none. */
    sorted: (): readonly T[] => best,
  };

  function placeOf(item: T): number {
    let [from, to] = [0, best.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const other = best[middle];
      if (other !== undefined && compare(other, item) <= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
