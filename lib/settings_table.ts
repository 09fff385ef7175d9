/**
 * The table of settings: what can be set, and how each source calls it.
 *
 * @module
 */

/** What the table says of one setting. */
export interface Setting {
  /** Environment variable; none when the setting has none. */
  env?: string;
  /** Flag; none when the setting has none. */
  flag?: string;
  /** Never shown. */
  secret?: boolean;
  /** A path; in a config file it starts from that file's folder. */
  path?: boolean;
  /** What a right value is. */
  wanted: string;
}

/** Every setting by its key in the config file. */
export const SETTINGS = {
  authority: { wanted: "the authority's URL, https://login.microsoftonline.com/TENANT" },
  oidc_authority: { wanted: "the URL of an External ID tenant on a domain of its own" },
  authority_host: {
    env: "AZURE_AUTHORITY_HOST",
    wanted: "the authority's host, such as https://login.microsoftonline.us",
  },
  tenant_id: {
    env: "AZURE_TENANT_ID",
    flag: "tenant-id",
    wanted: "the tenant's ID or domain (Entra admin center > Overview)",
  },
  cloud: { env: "GRAPH_CLOUD", flag: "cloud", wanted: "global, usgov, usgov-dod or china" },
  client_id: {
    env: "AZURE_CLIENT_ID",
    flag: "client-id",
    wanted: "the application (client) ID (Entra admin center > App registrations > your app)",
  },
  secret: {
    env: "AZURE_CLIENT_SECRET",
    secret: true,
    wanted: "the value of a client secret (your app > Certificates & secrets)",
  },
  secret_file: {
    env: "AZURE_CLIENT_SECRET_FILE",
    path: true,
    wanted: "a file that holds the client secret",
  },
  thumbprint: { wanted: "a certificate's SHA-1 or SHA-256 thumbprint, in hex or base64" },
  private_key_file: { path: true, wanted: "a PEM file that holds the private key" },
  certificate_file: {
    env: "AZURE_CLIENT_CERTIFICATE_PATH",
    flag: "certificate",
    path: true,
    wanted: "a PEM file that holds certificate and private key",
  },
  certificate_password: {
    env: "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    secret: true,
    wanted: "the password of the private key",
  },
  scope: {
    env: "GRAPH_SCOPE",
    flag: "scope",
    wanted: 'a scope or a list of scopes, such as "https://graph.microsoft.com/.default"',
  },
  endpoint: {
    env: "GRAPH_ENDPOINT",
    wanted: "a URL below https://graph.microsoft.com, or a path such as /users",
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** Name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** All settings' names. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS) as SettingName[];

/** The setting that only the environment names. */
export const NOT_IN_FILES: ReadonlySet<SettingName> = new Set<SettingName>(["authority_host"]);

/** Every variable that graph-daemon reads from the environment or `.env`. */
export const VARIABLES: readonly string[] = SETTING_NAMES.flatMap((name) => {
  const { env } = SETTINGS[name] as Setting;
  return env === undefined ? [] : [env];
});
