import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { comesFromUs, endsInLsof, endsInProc, isOurs, isTaken } from "../../../providers/local/loopback-port.ts";

const own = process.getuid?.() ?? 0;

let server: Server;
let port: number;

beforeEach(async () => {
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => {
  vi.restoreAllMocks();
  server.close();
});

/** This process takes itself for another account. */
const asSomebodyElse = () => vi.spyOn(process, "getuid").mockReturnValue(own + 1);

describe("a port", () => {
  it("is ours while a program of this account listens on it", async () => {
    expect(await isOurs(port)).toBe(true);
    server.close();
    await once(server, "close");
    expect(await isOurs(port)).toBe(false);
  });

  it("is taken, and not ours, while another account's program does", async () => {
    asSomebodyElse();
    expect(await isOurs(port)).toBe(false);
    expect(await isTaken(port)).toBe(true);
  });

  it("is not ours for a connection that was made to it", async () => {
    const client = connect(port, "127.0.0.1");
    await once(client, "connect");
    const { localPort } = client;
    expect(await isOurs(localPort ?? 0)).toBe(false);
    client.destroy();
  });
});

describe("a connection", () => {
  const accepted = async () => {
    const client = connect(port, "127.0.0.1");
    const [socket] = (await once(server, "connection")) as [Socket];
    return { client, socket };
  };

  it("is ours, or another account's", async () => {
    const { client, socket } = await accepted();
    expect(await comesFromUs(socket)).toBe(true);
    asSomebodyElse();
    expect(await comesFromUs(socket)).toBe(false);
    client.destroy();
  });

  it("is not ours when it is over and nobody can tell", async () => {
    const { client, socket } = await accepted();
    socket.resume();
    client.destroy();
    await once(socket, "close");
    expect(await comesFromUs(socket)).toBe(false);
  });
});

it("the look for a port's owner reads the table of Linux", () => {
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:0FA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 228554 1 00 100 0 0 10 0",
    " 518: 0100007F:B267 0201007F:0FA0 01 00000000:00000000 02:000005A2 00000000 65534        0 353871 1 00 20 0 0 10 -1",
    "   1: 0000000000000000FFFF00000100007F:D5C6 0000000000000000FFFF00000100007F:B267 06 00000000:00000000 03:00001755 00000000     0        0 0 3 00",
    "   2: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 00",
  ].join("\n");

  expect(endsInProc(table)).toEqual([
    { local: "127.0.0.1:4000", uid: 1000 },
    { local: "127.0.0.1:45671", remote: "127.0.1.2:4000", uid: 65534 },
    { local: "127.0.0.1:54726", remote: "127.0.0.1:45671", uid: 0 },
    { local: "00000000000000000000000000000000:80", uid: 0 },
  ]);
});

it("the look for a port's owner reads what lsof says on macOS", () => {
  expect(endsInLsof("p25654\nf18\nn127.0.0.1:4000\nf19\nn127.0.0.1:54718->127.0.0.1:4000\nn*:80\n", 501)).toEqual([
    { local: "127.0.0.1:4000", uid: 501 },
    { local: "127.0.0.1:54718", remote: "127.0.0.1:4000", uid: 501 },
    { local: "*:80", uid: 501 },
  ]);
});
