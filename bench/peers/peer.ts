export interface Call {
  /** A UUID. */
  key: string;
  amount: number;
}

/** One way to keep a request from taking effect twice, as its own papers say that it is to be used. */
export interface Peer {
  /** Inserts one row into `peer_effects` and gives the answer, or gives the answer of the first time; throws where it gives none. */
  pay(call: Call): Promise<string>;
  close(): Promise<void>;
}

export interface Surroundings {
  /** The application's role. */
  appUrl: string;
  /** The owner of the database, for a peer that makes tables of its own. */
  adminUrl: string;
  redisUrl: string | undefined;
  connections: number;
  /** Which of several processes this is; one that is started again keeps its name. */
  instance: string;
  /** How long an attempt that says nothing is taken to be alive, by whatever name the peer has for it. */
  leaseMs: number;
  /** Called where a handler's own code can stand; a probe holds it there, kills it or has it throw. */
  at(point: string): Promise<void>;
}

export type OpenPeer = (surroundings: Surroundings) => Promise<Peer>;

export const ANSWER = { paid: true };
