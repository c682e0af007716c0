// The builds that can be measured: the one in this working tree, and another commit's.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { atEnd } from "./children.mjs";
import { progress } from "./progress.mjs";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const lock = "package-lock.json";

/** The build in dist/. Throws when there is none. */
export function currentBuild() {
  const main = join(root, "dist/main.js");
  if (!existsSync(main)) throw new Error(`${main} is not there: npm run build`);
  if (newest(join(root, "src")) > newest(join(root, "dist"))) progress("WARNING: dist/ is older than src/: npm run build");
  return { name: "this", root };
}

/** Builds a commit in a worktree of its own under `folder`, gone when the run ends. */
export function buildOf(ref, folder) {
  const commit = git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  if (commit === "") throw new Error(`git knows no commit ${ref}`);
  const tree = join(folder, "build");
  atEnd(() => git("worktree", "prune"));
  git("worktree", "add", "--detach", tree, commit);
  // Last come, first called: before git forgets the worktree.
  atEnd(() => git("worktree", "remove", "--force", tree));
  progress(`building ${ref} (${commit.slice(0, 10)})`);
  if (readFileSync(join(tree, lock)).equals(readFileSync(join(root, lock)))) symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  else npm(tree, "ci", "--no-audit", "--no-fund", "--ignore-scripts=false");
  npm(tree, "run", "--silent", "build");
  return { name: ref, root: tree };
}

function git(...args) {
  try {
    return execFileSync("git", ["-C", root, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  } catch (error) {
    if (args[0] === "rev-parse") return "";
    throw error;
  }
}

function npm(cwd, ...args) {
  execFileSync("npm", args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

function newest(folder) {
  const times = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(0, ...times);
}
