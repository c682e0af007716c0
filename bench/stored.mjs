import Database from "better-sqlite3";

/** How many clients a database holds, seen by a process that is not the server. */
export function clientsStored(file) {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return database.prepare("SELECT count(*) FROM client").pluck().get();
  } finally {
    database.close();
  }
}
