import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

import { advancedQuery, type ODataOptions, withODataOptions, withQuery } from "../lib/odata.ts";

const USERS = "https://graph.microsoft.com/v1.0/users";

const QUERIES: [string, [string, string][], string][] = [
  ["", [], ""],
  ["", [["$top", "5"]], "?$top=5"],
  ["?", [["$top", "5"]], "?$top=5"],
  ["?a=1", [], "?a=1"],
  ["?$top=1&$select=id", [["$top", "5"]], "?$select=id&$top=5"],
  ["?%24Top=1&$TOP=2&a=3", [["$top", "5"]], "?a=3&$top=5"],
  ["?$top=1", [["$Top", "5"]], "?$Top=5"],
  ["?top=1&Q=2", [["$top", "5"], ["q", "3"]], "?top=1&Q=2&$top=5&q=3"],
  ["?a=x+y&b=%2c%zz&&c&=d&e=%E4", [["f", "g"]], "?a=x+y&b=%2c%zz&&c&=d&e=%E4&f=g"],
  ["??a=1", [["?a", "2"], ["a", "3"]], "?%3Fa=2&a=3"],
  ["?a+b=1&a%20b=2&%61+b=3&c=4", [["a b", "5"]], "?c=4&a%20b=5"],
  ["?x=0", [["x", "1"], ["x", "2"]], "?x=1&x=2"],
  ["?$skiptoken=RFN%2B%2b_~'!*", [["$count", "true"]], "?$skiptoken=RFN%2B%2b_~%27!*&$count=true"],
  ["", [["f", 'a b&c#d+e%f"g;h=i?j']], "?f=a%20b%26c%23d%2Be%25f%22g%3Bh%3Di%3Fj"],
  ["", [["f", "startswith(a/b,'x''y') $it:@p"]], "?f=startswith(a/b,%27x%27%27y%27)%20$it:@p"],
  ["", [["f", "Adèle 🎉\n\ud800"]], "?f=Ad%C3%A8le%20%F0%9F%8E%89%0A%EF%BF%BD"],
  ["", [["a[]&", "<>"]], "?a%5B%5D%26=%3C%3E"],
];

for (const [search, options, expected] of QUERIES) {
  Deno.test(`withQuery() makes ${expected || "nothing"} of ${search || "nothing"}`, () => {
    const url = new URL(USERS + search);
    const before = url.href;
    const { href, searchParams } = withQuery(url, options);
    strictEqual(href, USERS + expected);
    strictEqual(url.href, before);
    for (const [name, value] of options) {
      ok(searchParams.getAll(name).includes(value.toWellFormed()));
    }
  });
}

const OPTIONS: [ODataOptions, string][] = [
  [{}, "?$top=1"],
  [{ select: undefined }, "?$top=1"],
  [{ top: 0, count: false }, "?$top=0&$count=false"],
  [
    {
      count: true,
      expand: "manager($select=id)",
      orderby: "a desc,b",
      filter: "a ne 1",
      select: "a,b",
    },
    "?$top=1&$select=a,b&$filter=a%20ne%201&$orderby=a%20desc,b&$expand=manager($select%3Did)&$count=true",
  ],
  [{ search: "displayName:Ada" }, "?$top=1&$search=%22displayName:Ada%22"],
  [{ search: "a\\b" }, "?$top=1&$search=%22a%5C%5Cb%22"],
  [{ search: '"a:b" OR "c:d\\e"' }, "?$top=1&$search=%22a:b%22%20OR%20%22c:d%5Ce%22"],
  [{ search: "" }, "?$top=1&$search="],
];

for (const [options, expected] of OPTIONS) {
  Deno.test(`withODataOptions() makes ${expected} of ${JSON.stringify(options)}`, () => {
    strictEqual(withODataOptions(new URL(`${USERS}?$top=1`), options).href, USERS + expected);
  });
}

/** Path and query, what `$count=true` is missing for, and why. */
const ADVANCED: [string, boolean, string][] = [
  ["/users/$count", false, "/$count"],
  ["/users/%24count?$filter=a ne 1", false, "/$count"],
  ["/groups/1/members/$count", false, "/$count"],
  ["/users/1/transitiveMemberOf/microsoft.graph.group/$count", false, "/$count"],
  ["/directory/deletedItems/microsoft.graph.user/$count", false, "/$count"],
  ["/servicePrincipals?$count=true", false, "$count=true"],
  ["/servicePrincipals?%24COUNT=True", false, "$count=true"],
  ["/me/appRoleAssignments?$count=true", false, "$count=true"],
  ['/applications?$search="displayName:Browser"', false, "$search"],
  ["/groups?$filter=mailEnabled eq true&$search=%22displayName:One%22", false, "$search"],
  ["/users?$filter=accountEnabled ne true", true, '"ne" in $filter'],
  ["/users?$filter=accountEnabled+ne+true&$count=true", false, '"ne" in $filter'],
  ["/users?$filter=accountEnabled ne true&$count=false", true, '"ne" in $filter'],
  ["/users?$search=%22a:b%22&$filter=a ne 1", true, '"ne" in $filter'],
  ["/users?$filter=NOT(companyName eq 'Microsoft')", true, '"NOT" in $filter'],
  ["/users?$filter=not startsWith(displayName,'a')", true, '"not" in $filter'],
  ["/users?$filter=endsWith(mail,'@a.com')", true, '"endsWith" in $filter'],
  ["/users?$filter=proxyAddresses/any(p:endswith(p,'x'))", true, '"endswith" in $filter'],
  ["/users?$filter=assignedLicenses/$count eq 0", true, '"/$count" in $filter'],
  ["/users?$filter=surname eq 'O''Neill' and a ne 'x'", true, '"ne" in $filter'],
  ["/users/?$filter=a ne 1", true, '"ne" in $filter'],
  ["/oauth2PermissionGrants?$filter=a ne 1", true, '"ne" in $filter'],
  ["/directory/administrativeUnits?$filter=a ne 1", true, '"ne" in $filter'],
  ["/applications(appId='1')/owners?$filter=a ne 1", true, '"ne" in $filter'],
  ["/servicePrincipals/1/appRoleAssignedTo?$filter=a ne 1", true, '"ne" in $filter'],
  ["/users?$orderby=displayName&$filter=startsWith(mail,'a')", true, "$orderby with $filter"],
  ["/users?$orderBy=createdDateTime desc", true, "$orderby"],
  ["/users?$orderby=displayName, surname", true, "$orderby"],
  ["/applications?$orderby=displayName", true, "$orderby"],
  ["/groups/1/members?$orderby=displayName", true, "$orderby"],
  ["/groups/1/members?$filter=startsWith(displayName,'a')", true, "$filter of members"],
  ["/groups/1/owners?$search=%22displayName:a%22", true, "$search of owners"],
  ["/me/memberOf/microsoft.graph.group", true, "microsoft.graph.group of memberOf"],
  ["/groups/1/transitiveMembers/graph.group", true, "graph.group of transitiveMembers"],
  ["/users/a_b.com%23EXT%23@c.com/ownedObjects?$count=true", false, "$count=true"],
  ["/USERS/1/MEMBEROF?$count=true", false, "$count=true"],
  ["/users/1?$expand=manager($levels=max;$select=id)", true, "$levels in $expand"],
  ["/me?$expand=manager($levels=2)&$count=true", false, "$levels in $expand"],
];

for (const [path, count, reason] of ADVANCED) {
  Deno.test(`advancedQuery() knows ${path}`, () => {
    for (const version of ["v1.0", "beta"]) {
      const url = new URL(`https://graph.microsoft.com/${version}${path}`);
      deepStrictEqual(advancedQuery(url), { count, reason });
      if (!count) continue;
      deepStrictEqual(advancedQuery(withODataOptions(url, { count: true })), {
        count: false,
        reason,
      });
    }
  });
}

const PLAIN = [
  "/users",
  "/users?$count=false",
  "/users?$select=ne,not&$top=5",
  "/users?$filter=accountEnabled eq true",
  "/users?$filter=displayName eq 'ne not endsWith(a) /$count'",
  "/users?$filter=displayName eq 'it''s not'",
  "/users?$filter=extension_1_not eq 'a' or annex eq 'b'",
  "/users?$orderby=displayName desc,userPrincipalName",
  "/groups?$orderby=displayName",
  "/directory/deletedItems/microsoft.graph.user?$orderby=userPrincipalName",
  "/users?$expand=manager",
  "/users/1/appRoleAssignments?$filter=resourceId eq 1",
  "/groups/1/members",
  "/groups/1?$count=true",
  "/groups/1/$count",
  "/users/delta?$count=true",
  "/me?$count=true",
  "/me/contacts?$count=true&$filter=a ne 1",
  "/me/messages?$search=%22a%22",
  "/users/1/messages?$filter=a ne 1",
  "/users/1/messages/$count",
  "/users/1/contacts/$count",
  "/users/1/mailFolders/inbox/messages?$count=true",
  "/users/1/events?$orderby=subject&$filter=a ne 1",
  "/users/1/drive/root/children?$count=true",
  "/users/1/joinedTeams/2/members?$count=true",
  "/users/1/chats/2/members?$filter=a ne 1",
  "/me/people?$search=a",
  "/groups/1/conversations?$count=true",
  "/groups/1/team/members?$filter=a ne 1",
  "/groups/1/sites/2/lists?$count=true",
  "/teams/1/members?$filter=a ne 1",
  "/chats/1/members/$count",
  "/directoryRoles/1/members?$filter=a ne 1",
  "/deviceManagement/managedDevices?$filter=a ne 1",
  "/education/users?$filter=a ne 1",
  "/auditLogs/signIns?$filter=a ne 1",
  "/domains?$count=true",
  "/",
];

for (const path of PLAIN) {
  Deno.test(`advancedQuery() leaves ${path} alone`, () => {
    strictEqual(advancedQuery(new URL(`https://graph.microsoft.com/v1.0${path}`)), undefined);
  });
}

Deno.test("advancedQuery() leaves other versions and services alone", () => {
  for (const path of ["/users?$count=true", "/v2.0/users?$count=true", "/x/v1.0/users/$count"]) {
    strictEqual(advancedQuery(new URL(`https://api.contoso.com${path}`)), undefined);
  }
});
