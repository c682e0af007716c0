import * as store from "../../dist/store/sqlite/store.js";

export const openSqliteStore = (options) => store.openSqliteStore({ ...options, unsafeSynchronous: "NORMAL" });
