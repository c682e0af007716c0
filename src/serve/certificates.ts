// The certificate files as they are used at this moment: read at the start and on a signal, and the revocation list whenever it is
// another one.

import { loadRevocationList, loadTlsFiles, type TlsFiles, type TlsPaths } from "../net/tls.js";
import { watchFile, type WatchOptions } from "./watched-file.js";

export interface CertificatesLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Certificates {
  /** As they were read at the start. */
  readonly files: TlsFiles;
  /** Hands over what is read from now on. What `apply` throws is logged, and the old files stay. */
  follow(apply: (files: TlsFiles) => void): void;
  /** Reads all files again. Never rejects. */
  reload(): Promise<void>;
  /** Looks at the revocation list now. */
  look(): Promise<void>;
  stop(): void;
}

/** Reads the files. Throws a sentence when they do not work together. */
export async function openCertificates(paths: TlsPaths, log: CertificatesLog, options?: WatchOptions): Promise<Certificates> {
  let apply: ((files: TlsFiles) => void) | undefined;
  let current: TlsFiles;
  // One reading after the other: the later one is what stays.
  let last: Promise<void> = Promise.resolve();

  // Alone: that another file is half-way through its own replacement must not keep a revocation from having effect.
  const readList = () => take("revocation list", () => loadRevocationList(current, paths));
  const watch = paths.crl === undefined ? undefined : await watchFile(paths.crl, readList, options);
  const opened = loadTlsFiles(paths);
  last = opened.then(
    (files) => void (current = files),
    () => watch?.stop(),
  );
  const files = await opened;

  function take(what: string, read: () => Promise<TlsFiles>): Promise<void> {
    last = last.then(async () => {
      try {
        const next = await read();
        apply?.(next);
        current = next;
        log.info({}, `${what} reloaded`);
      } catch (error) {
        log.error({ error }, `${what} not reloaded; what was there stays`);
      }
    });
    return last;
  }

  return {
    files,
    follow(next) {
      apply = next;
      if (current !== files) next(current);
    },
    reload: () => take("certificates", () => loadTlsFiles(paths)),
    look: async () => watch?.look(),
    stop: () => watch?.stop(),
  };
}
