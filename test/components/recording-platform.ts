import * as pulumi from "@pulumi/pulumi";

import type { Platform, RunningService, Service } from "../../components/platform.ts";

/** A platform on which nothing runs: it keeps the services that it was asked for. */
export class RecordingPlatform implements Platform {
  readonly services: Record<string, Service> = {};

  databases(): never {
    throw new Error("The component under test asked for databases.");
  }

  run(name: string, service: Service): RunningService {
    this.services[name] = service;
    const url = service.port === undefined ? "" : `http://127.0.0.1:${service.port}`;
    return { url: pulumi.output(url), access: pulumi.output({ url }), logs: pulumi.output(`${name}/log`), ready: [] };
  }

  /** The service with all its texts known. */
  async service(name: string): Promise<Service> {
    return (await valueOf(pulumi.output(this.services[name]))) as Service;
  }
}

/** What an output holds, once it is known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

/** Runs under Pulumi's mocks, where a random value is its resource's name in braces. */
export async function mocked<T>(program: () => T): Promise<T> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({
        id: `${name}-id`,
        state: { ...(inputs as object), result: `{${name}}`, keys: "-_".repeat(21) + "-=" },
      }),
      call: ({ token }) => {
        throw new Error(`unexpected invoke of ${token}`);
      },
    },
    "llm-gateway",
    "test",
  );
  const result = program();
  await pulumi.runtime.disconnect();
  return result;
}
