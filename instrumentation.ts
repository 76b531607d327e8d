import { startWeb } from "./server/start-web.ts";

/** Runs once when a web process starts, before its first request. */
export const register = startWeb;
