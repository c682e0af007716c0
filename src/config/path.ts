/** Where something stands in the configuration: keys and list indices from the root. */
export type Path = readonly (string | number)[];

/** Writes a path as a person would: `realms.default.policies[0].name`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!plainKey.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

const plainKey = /^[\w-]{1,64}$/;
