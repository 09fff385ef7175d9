/**
 * MSAL's CommonJS build: one file, where the ES module build is some two hundred. Importing it takes
 * a fifth less of the time from start to first page (`deno task bench`).
 */
import msal = require("@azure/msal-node");
export = msal;
