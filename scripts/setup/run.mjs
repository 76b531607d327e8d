import { spawn } from "node:child_process";

/**
 * Runs a program to its end and keeps what it said. Never throws: a program that is missing has code 127.
 * It has a process group of its own and goes with us: at Ctrl-C npm would roll back for another 20 s.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onLine?: (line: string) => void, inherit?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string, interrupted: boolean }>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: options.inherit ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let rest = "";
    let interrupted = false;
    const take = (/** @type {string} */ chunk) => {
      output += chunk;
      if (!options.onLine) return;
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) options.onLine(line);
    };
    child.stdout?.setEncoding("utf8").on("data", take);
    child.stderr?.setEncoding("utf8").on("data", take);
    const kill = (/** @type {NodeJS.Signals} */ signal) => {
      try {
        if (child.pid) process.kill(-child.pid, signal);
      } catch {
        // ended meanwhile
      }
    };
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    if (options.timeoutMs) {
      timer = setTimeout(() => {
        output += `\nstopped: it took more than ${options.timeoutMs} ms`;
        kill("SIGKILL");
      }, options.timeoutMs);
    }
    const leave = () => {
      interrupted = true;
      kill("SIGTERM");
      setTimeout(kill, 1_000, "SIGKILL").unref();
    };
    const gone = () => kill("SIGKILL");
    for (const signal of SIGNALS) process.on(signal, leave);
    process.on("exit", gone);
    const end = (/** @type {number} */ code) => {
      clearTimeout(timer);
      for (const signal of SIGNALS) process.off(signal, leave);
      process.off("exit", gone);
      if (rest && options.onLine) options.onLine(rest);
      resolve({ code, output, interrupted });
    };
    child.once("error", (error) => {
      output += error.message;
      end(127);
    });
    child.once("close", (code) => end(code ?? 1));
  });
}

const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** @param {string} output @param {number} lines */
export function tail(output, lines = 30) {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}
