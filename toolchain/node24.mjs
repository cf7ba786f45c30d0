// The door of every npm script: runs on the Node.js that is there (20 or newer, no dependencies installed yet), installs
// the locked dependencies if they are missing or old, and goes on with the Node.js 24 that is among them.
//
//   node toolchain/node24.mjs operations/start.ts [arguments…]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, "node_modules", ".bin");
const stamp = join(root, "node_modules", ".installed");
const lock = join(root, "node_modules.lock");
const [script, ...args] = process.argv.slice(2);

if (Number(process.versions.node.split(".")[0]) < 20) {
  fail(`Node.js ${process.versions.node} is too old; install Node.js 20 or newer.`);
}
install();

const node = existsSync(join(bin, "node")) ? join(bin, "node") : process.execPath;
if (node === process.execPath && Number(process.versions.node.split(".")[0]) < 24) {
  fail(`npm has no Node.js 24 for ${process.platform}-${process.arch}; install Node.js 24 or newer yourself.`);
}
const child = spawn(node, [join(root, script), ...args], {
  stdio: "inherit",
  env: {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    // What each command loads is compiled once, as for Pulumi's program and plugins (toolchain/pulumi/environment.ts).
    NODE_COMPILE_CACHE: join(
      process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
      "llm-gateway",
      "node-compile-cache",
    ),
  },
});
// The terminal signals the child as well; it decides when to stop, and this process follows.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
}
child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));

/** `npm ci`, when the lock file is not the one that was installed last. Of two runs at once, one installs. */
function install() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (isInstalled()) return;

  const release = acquire();
  try {
    if (isInstalled()) return;
    console.error("· Installing the locked npm packages (about 30 s) …");
    // All of them, whatever the user's settings leave out elsewhere: Node.js 24 and PostgreSQL are among the optional ones.
    const all = ["--include=dev", "--include=optional", "--include=peer", "--no-global", "--no-dry-run"];
    const npm = spawnSync("npm", ["ci", ...all, "--loglevel=error", "--no-progress"], {
      cwd: root,
      stdio: ["ignore", 2, 2],
      env: { ...process.env, NODE_ENV: "development" },
      shell: process.platform === "win32",
    });
    if (npm.status !== 0) fail("npm ci failed; its own message is above. Is a package registry reachable?");
    writeFileSync(stamp, wanted);
  } finally {
    release();
  }
}

/** A lock that outlives no process: a holder touches it while it installs, and one untouched for 10 minutes is dead. */
function acquire() {
  for (let waited = false; ; waited = true) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, "pid"), String(process.pid));
      return () => rmSync(lock, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (isAbandoned()) rmSync(lock, { recursive: true, force: true });
      else {
        if (!waited) console.error("· Waiting for another run that is installing the npm packages");
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      }
    }
  }
}

function isAbandoned() {
  try {
    process.kill(Number(readFileSync(join(lock, "pid"), "utf8")), 0);
    return false;
  } catch (error) {
    if (error.code === "ESRCH") return true;
    if (error.code !== "ENOENT") return false;
    // The holder has not written its pid yet, or died before it could.
    return Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 5_000;
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
