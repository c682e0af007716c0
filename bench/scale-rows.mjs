// The rows of the table at scale. Every request is made anew: no two look up the same client.

import { metadata } from "./bodies.mjs";
import { commonGrant, rareGrant, hostOf, nameOf, ownerOf } from "./fill.mjs";

const service = "/matricula.v1.ClientDirectoryService/";
const registration = { path: "/register", body: metadata };
const call = (method, message) => ({ path: `${service}${method}`, body: JSON.stringify(message) });

/** One of a list, as chance has it. */
const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

/** The rows over a store that `fillStore` has filled. */
export function scaleRows({ ids, secrets, clients, lastIssuedAt }) {
  const authenticate = () => {
    const { clientId, secret } = oneOf(secrets);
    return call("AuthenticateClient", { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}` });
  };
  const authenticated = (answer) => {
    if (answer.authenticated === undefined) throw new Error(`a client did not authenticate: ${JSON.stringify(answer)}`);
  };
  const lookUp = () => call("GetClient", { client_id: oneOf(ids) });
  const list = (title, filter, more = {}) => ({ title: `ListClients, ${title}`, inFlight: 2, request: () => call("ListClients", { filter: filter(), ...more }) });
  const count = (title, filter) => ({ title: `CountClients, ${title}`, inFlight: 1, request: () => call("CountClients", { filter: filter() }) });
  const anywhere = () => Math.floor(Math.random() * clients);
  return [
    { title: "bare limit", server: "bare", limit: true, request: () => ({ path: "/", body: metadata }) },
    { title: "GetClient", request: lookUp },
    { title: "GetClient while clients register", request: lookUp, beside: () => registration },
    { title: "AuthenticateClient, client_secret_basic", request: authenticate, check: authenticated },
    { title: "AuthenticateClient while clients register", request: authenticate, check: authenticated, beside: () => registration },
    { title: "POST /register", request: () => registration },
    list("first page", () => ({})),
    list("newest first", () => ({}), { order: "CLIENT_ORDER_ISSUED_DESCENDING" }),
    list("one owner of a thousand", () => ({ owner_id: ownerOf(anywhere()) })),
    list("a grant that all have", () => ({ grant_type: commonGrant })),
    list("a grant that one in 10,000 has", () => ({ grant_type: rareGrant })),
    list("one redirect host of a thousand", () => ({ redirect_host: hostOf(anywhere()) })),
    list("one name", () => ({ name: nameOf(anywhere()).toUpperCase() })),
    list("used in the last day", () => ({ used_from: lastIssuedAt - 86_400 })),
    list("nothing matches", () => ({ software_id: "none" })),
    count("all", () => ({})),
    count("a grant that one in 10,000 has", () => ({ grant_type: rareGrant })),
    count("one redirect host of a thousand", () => ({ redirect_host: hostOf(anywhere()) })),
    count("not used since half of them registered", () => ({ used_before: lastIssuedAt - clients / 2 })),
  ];
}
