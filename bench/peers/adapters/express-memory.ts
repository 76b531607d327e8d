import type { OpenPeer } from "../peer.ts";
import { openExpress } from "./open-express.ts";

export const open: OpenPeer = (surroundings) => openExpress(surroundings, {});
