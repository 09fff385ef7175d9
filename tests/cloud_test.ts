import { deepStrictEqual, strictEqual } from "node:assert/strict";

import {
  adminConsentUrl,
  CLOUDS,
  cloudsOf,
  readAuthority,
  readHttpsUrl,
  readOidcAuthority,
} from "../lib/cloud.ts";

const TENANT = "6c1bada0-4944-497c-95c2-5bbaeaa88ccc";

const AUTHORITIES: [string, string][] = [
  [`https://login.microsoftonline.com/${TENANT}`, TENANT],
  [`https://login.microsoftonline.com/${TENANT}/`, TENANT],
  [`https://login.microsoftonline.com/${TENANT}/v2.0`, TENANT],
  ["login.microsoftonline.us/contoso.onmicrosoft.us", "contoso.onmicrosoft.us"],
  ["https://contoso.ciamlogin.com", "contoso.onmicrosoft.com"],
  [`https://contoso.ciamlogin.com/${TENANT}`, TENANT],
  ["https://127.0.0.1:8443/contoso.com", "contoso.com"],
];

for (const [text, tenant] of AUTHORITIES) {
  Deno.test(`readAuthority() reads ${text}`, () => {
    const { origin } = new URL(text.includes("://") ? text : `https://${text}`);
    deepStrictEqual(readAuthority(text), {
      kind: "entra",
      origin,
      tenant,
      url: `${origin}/${tenant}`,
    });
  });
}

const WRONG: [string, string][] = [
  ["http://login.microsoftonline.com/contoso.com", "the scheme http"],
  ["https://me:pw@login.microsoftonline.com/contoso.com", "a user name in the URL"],
  ["https://login.microsoftonline.com", "a URL without a tenant"],
  ["https://login.microsoftonline.com/contoso.com/oauth2/token", "a URL with more than a tenant"],
  ["https://login.microsoftonline.com/contoso.com?x=1", "a query in the URL"],
  ["https://login.microsoftonline.com/Organizations", 'the shared tenant "Organizations"'],
  ["https://login.microsoftonline.com/my_tenant", "a tenant that is neither an ID nor a domain"],
  ["https://", "no URL"],
];

for (const [text, found] of WRONG) {
  Deno.test(`readAuthority() finds ${found} in ${text}`, () => {
    strictEqual(readAuthority(text), found);
  });
}

Deno.test("readOidcAuthority() takes the URL with or without the well-known path", () => {
  const url = `https://login.contoso.com/${TENANT}/v2.0`;
  const expected = { kind: "oidc", origin: "https://login.contoso.com", tenant: TENANT, url };
  deepStrictEqual(readOidcAuthority(`${url}/`), expected);
  deepStrictEqual(readOidcAuthority(`${url}/.well-known/openid-configuration`), expected);
  strictEqual(readOidcAuthority("http://login.contoso.com"), "the scheme http");
  strictEqual(readOidcAuthority(`${url}#x`), "a query in the URL");
});

Deno.test("readHttpsUrl() takes a host alone", () => {
  strictEqual(
    String(readHttpsUrl("login.microsoftonline.us")),
    "https://login.microsoftonline.us/",
  );
});

Deno.test("cloudsOf() knows every authority by all its names", () => {
  for (const cloud of CLOUDS) {
    const origins = [cloud.authority, ...cloud.aliases.map((host) => `https://${host}`)];
    for (const origin of origins) strictEqual(cloudsOf(origin).includes(cloud), origin !== "");
  }
  deepStrictEqual(cloudsOf("https://login.contoso.com"), []);
});

Deno.test("adminConsentUrl() stays on the authority's cloud", () => {
  const [global, usgov] = CLOUDS;
  const rows: [string, string][] = [
    [`https://login.microsoftonline.us/${TENANT}`, `https://login.microsoftonline.us/${TENANT}`],
    ["https://a.ciamlogin.com", "https://login.microsoftonline.com/a.onmicrosoft.com"],
  ];
  for (const [text, start] of rows) {
    const authority = readAuthority(text);
    if (typeof authority === "string") throw new Error(authority);
    const cloud = text.endsWith(TENANT) ? usgov : global;
    strictEqual(
      adminConsentUrl({ authority, cloud, clientId: "a b" }),
      `${start}/adminconsent?client_id=a%20b`,
    );
  }
});

Deno.test("adminConsentUrl() of a domain of one's own leads to the cloud's authority", () => {
  const authority = readOidcAuthority("https://login.contoso.com/");
  if (typeof authority === "string") throw new Error(authority);
  const url = "https://login.microsoftonline.com/organizations/adminconsent?client_id=x";
  strictEqual(adminConsentUrl({ authority, cloud: CLOUDS[0], clientId: "x" }), url);
});
