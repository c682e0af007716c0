/**
 * Puts an item where its rank belongs, behind those of the same. For lists of a dozen whose items mostly come in order: there a sort costs
 * more, in calls of its comparison and in copies.
 */
export function putInOrder<Item>(items: Item[], item: Item, rankOf: (item: Item) => number): void {
  const rank = rankOf(item);
  let at = items.length;
  items.push(item);
  while (at > 0 && rankOf(items[at - 1]!) > rank) {
    items[at] = items[at - 1]!;
    at -= 1;
  }
  items[at] = item;
}
