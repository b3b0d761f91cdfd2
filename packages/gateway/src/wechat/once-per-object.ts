/** The same function, asked once for each object. For objects that never change. */
export function oncePerObject<Key extends object, Value>(
  find: (key: Key) => Value,
): (key: Key) => Value {
  const found = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const known = found.get(key);
    if (known !== undefined) return known.value;
    const value = find(key);
    found.set(key, { value });
    return value;
  };
}
