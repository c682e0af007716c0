// The one doorway to @peculiar/x509: what it needs on `Reflect` must be there before it loads, and imports run in this order.
import "./reflect-metadata.js";
export * from "@peculiar/x509";
