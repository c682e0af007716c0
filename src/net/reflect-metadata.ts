// @peculiar/x509 sits on tsyringe, and tsyringe refuses to load unless somebody has put metadata functions on `Reflect`.
// It uses three of them, on classes only. The package `reflect-metadata` would do as well and is respected when it is there.

interface MetadataFunctions {
  getMetadata?: (key: unknown, target: object) => unknown;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
}

const reflect = Reflect as MetadataFunctions;

if (reflect.getMetadata === undefined) {
  const byTarget = new WeakMap<object, Map<unknown, unknown>>();

  reflect.defineMetadata = (key, value, target) => {
    const known = byTarget.get(target);
    if (known === undefined) byTarget.set(target, new Map([[key, value]]));
    else known.set(key, value);
  };
  reflect.getOwnMetadata = (key, target) => byTarget.get(target)?.get(key);
  reflect.getMetadata = (key, target) => {
    for (let owner: object | null = target; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
      const value = byTarget.get(owner)?.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}
