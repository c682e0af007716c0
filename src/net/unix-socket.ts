import { lstat, rm } from "node:fs/promises";
import { connect, type Server } from "node:net";

/** Nobody but the owner may connect. */
const ownerOnly = 0o177;

/**
 * Listens on a Unix socket that its owner alone may connect to. A file that an earlier process has left behind makes room; one that
 * answers, or is no socket, does not. Rejects with a sentence. Node removes the file when the server closes.
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  try {
    await listenOnce(server, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw explain(path, error as NodeJS.ErrnoException);
    await removeStale(path);
    await listenOnce(server, path).catch((again: NodeJS.ErrnoException) => Promise.reject(explain(path, again)));
  }
}

function listenOnce(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // The file is made within this call: with this mask there is no moment in which others may connect.
    const mask = process.umask(ownerOnly);
    try {
      server.listen(path, () => {
        server.off("error", reject);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}

async function removeStale(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isSocket()) throw new Error(`${path} is there and is no socket; name another one with local_listen`);
  if (await answers(path)) throw new Error(`another process listens on ${path}; stop it, or name another socket with local_listen`);
  await rm(path, { force: true });
}

/** Whether somebody is behind the socket: only a refusal says that nobody is. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "ECONNREFUSED" && code !== "ENOENT"));
  });
}

function explain(path: string, error: NodeJS.ErrnoException): Error {
  const reasons: Record<string, string> = {
    ENOENT: "its folder is not there; make it first",
    EACCES: "its folder may not be written",
    EADDRINUSE: "another process has just taken it",
  };
  return new Error(`cannot listen on ${path}: ${reasons[error.code ?? ""] ?? error.message}`, { cause: error });
}
