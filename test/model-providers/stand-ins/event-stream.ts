import { crc32 } from "node:zlib";

/**
 * Events as AWS streams them: `application/vnd.amazon.eventstream`, a frame for each
 * (https://smithy.io/2.0/aws/amazon-eventstream.html).
 */
export function eventStream(events: [type: string, payload: object][]): Buffer {
  return Buffer.concat(events.map(([type, payload]) => frame(type, Buffer.from(JSON.stringify(payload)))));
}

function frame(type: string, payload: Buffer): Buffer {
  const headers = Buffer.concat([
    header(":event-type", type),
    header(":content-type", "application/json"),
    header(":message-type", "event"),
  ]);
  const lengths = numbers(16 + headers.length + payload.length, headers.length);
  const prelude = Buffer.concat([lengths, numbers(crc32(lengths))]);
  const message = Buffer.concat([prelude, headers, payload]);
  return Buffer.concat([message, numbers(crc32(message))]);
}

const TEXT = 7;

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([TEXT]),
    length,
    Buffer.from(value),
  ]);
}

function numbers(...values: number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => buffer.writeUInt32BE(value, 4 * index));
  return buffer;
}
