import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "./place.ts";
import { serviceAgent } from "./service-agent.ts";

export interface RotationReminderArgs {
  place: GcpPlace;
  /** Days from one reminder to the next. */
  days: number;
  /** The current time. Default: the system's clock. */
  now?: Date;
}

/** The rotation settings of a secret. */
export type Reminder = Required<Pick<gcp.secretmanager.SecretArgs, "topics" | "rotation">>;

/**
 * A Pub/Sub topic that Secret Manager tells when a secret is due for rotation (SECRET_ROTATE), and of every change of one:
 * https://cloud.google.com/secret-manager/docs/secret-rotation. What listens to it is up to the people who run the stack.
 */
export class RotationReminder extends pulumi.ComponentResource {
  readonly topic: gcp.pubsub.Topic;
  readonly reminder: Reminder;
  /** Secrets depend on these: Secret Manager refuses a topic that it may not write to. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: RotationReminderArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:RotationReminder", name, {}, opts);
    const { place, days, now = new Date() } = args;
    const child = { parent: this };
    const logicalName = `${place.name}-secret-rotation`;
    this.topic = new gcp.pubsub.Topic(logicalName, {}, { ...child, dependsOn: place.services });
    const member = serviceAgent(logicalName, { place, api: "secretmanager.googleapis.com" }, child);
    const grant = new gcp.pubsub.TopicIAMMember(
      logicalName,
      { topic: this.topic.name, role: "roles/pubsub.publisher", member },
      child,
    );
    this.ready = [grant];
    this.reminder = {
      topics: [{ name: this.topic.id }],
      rotation: { rotationPeriod: `${days * DAY_SECONDS}s`, nextRotationTime: nextReminder(days, now) },
    };
    this.registerOutputs({ topic: this.topic.id });
  }
}

const DAY_SECONDS = 86_400;

/** Secret Manager takes no time within the next five minutes, and a run needs some to get there. */
const MARGIN_SECONDS = 600;

/** How much later a reminder comes that a run just before it would be too late to set: once that run is over. */
const POSTPONED_SECONDS = 3600;

/**
 * When the next reminder is due: midnight UTC of a day whose number since 1970 is a multiple of `days`. Secret Manager moves
 * it on by as many days after each reminder, and so does this: a run changes nothing, whenever it is and whether or not a
 * refresh came before it, but for the first one after a reminder, which notes what Secret Manager has already done.
 *
 * In the last minutes before that midnight it is an hour later, rather than to leave this reminder out: a secret that is
 * made, or changed, then can't have the midnight itself. Another run within that hour does leave it out.
 */
export function nextReminder(days: number, now: Date): string {
  const period = days * DAY_SECONDS;
  const present = now.getTime() / 1000;
  const due = Math.ceil(present / period) * period;
  const next = due - present < MARGIN_SECONDS ? due + POSTPONED_SECONDS : due;
  return new Date(next * 1000).toISOString().replace(".000Z", "Z");
}
