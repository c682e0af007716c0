// Prints a buf template without the plugins whose commands are not on PATH, and empties the folders that the others will fill: what a
// proto no longer has must not stay behind.
import { accessSync, constants, readdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";

/** What generators leave in a folder that hand-written files share. */
const generated = /(?:_pb\.(?:js|d\.ts)|\.pb\.go|\.connect\.go|_pb2(?:_grpc)?\.pyi?)$/;

const template = parse(readFileSync(process.argv[2], "utf8"));
const commandOf = (plugin) => [plugin.local ?? plugin.protoc_path].flat()[0];
const isThere = (command) =>
  process.env.PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

template.plugins = template.plugins.filter((plugin) => {
  const there = isThere(commandOf(plugin));
  if (!there) console.error(`generate: ${commandOf(plugin)} is not installed, ${plugin.out} stays as it is`);
  return there;
});
for (const out of new Set(template.plugins.map((plugin) => plugin.out))) {
  if (out === "gen/java/src/main/java") rmSync(join(out, "dev/matricula/v1"), { recursive: true, force: true });
  if (out === "gen/java/src/main/java") rmSync(join(out, "dev/matricula/config/v1"), { recursive: true, force: true });
  if (out === "gen/rust/src/gen") rmSync(out, { recursive: true, force: true });
  for (const name of filesIn(out)) if (generated.test(name)) rmSync(name);
}
console.log(stringify(template));

function filesIn(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return []; // Nothing has been generated yet.
  }
}
