import { stat as statFile } from "node:fs/promises";

export interface WatchOptions {
  /** Calls again and again, and gives back how to end it; once a second unless told. */
  readonly every?: (run: () => void) => () => void;
  /** A word that differs when the file does; rejects when there is none. */
  readonly stat?: (path: string) => Promise<string>;
}

export interface WatchedFile {
  /** Looks now. Resolves when what has changed is read. */
  look(): Promise<void>;
  stop(): void;
}

/** Milliseconds: what is removed from a file is to be without effect within two seconds. */
const interval = 1_000;

/**
 * Calls `changed` when the file at `path` is another one, or comes or goes: seen by its size, inode and times, so on network and
 * container file systems too, where nobody is told of changes. The first look is what later ones are held against: read the file after it.
 */
export async function watchFile(path: string, changed: () => Promise<void>, { every = everySecond, stat = signatureOf }: WatchOptions = {}): Promise<WatchedFile> {
  const signature = () => stat(path).catch((error: NodeJS.ErrnoException) => `${error.code}`);
  let seen = await signature();
  let looking: Promise<void> | undefined;
  const look = async () => {
    // Before it is read: a change that comes in between is seen by the next look.
    const now = await signature();
    if (now === seen) return;
    seen = now;
    await changed();
  };
  const lookOnce = () => (looking ??= look().finally(() => (looking = undefined)));
  const stop = every(() => void lookOnce().catch(() => {}));
  return { look: lookOnce, stop };
}

function everySecond(run: () => void): () => void {
  const timer = setInterval(run, interval);
  timer.unref();
  return () => clearInterval(timer);
}

async function signatureOf(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await statFile(path, { bigint: true });
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}
