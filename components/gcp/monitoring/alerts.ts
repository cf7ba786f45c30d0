import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "../place.ts";
import { alertRules, type AlertSubjects } from "./alert-rules.ts";

export interface AlertsArgs {
  place: GcpPlace;
  subjects: pulumi.Output<AlertSubjects>;
  /** Whether a load balancer has a certificate, and whether somebody checks from inside the network. */
  has: { certificate: boolean; uptimeCheck: boolean };
  /** Who is notified. Without anybody, alerts show only in Google Cloud. */
  emails: string[];
}

/** Says when something is wrong, and what to do then. */
export class Alerts extends pulumi.ComponentResource {
  constructor(name: string, { place, subjects, has, emails }: AlertsArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:Alerts", name, {}, opts);
    const child = { parent: this, dependsOn: place.services };
    const notificationChannels = emails.map(
      (email) =>
        new gcp.monitoring.NotificationChannel(
          `${place.name}-${email}`,
          { type: "email", displayName: `${place.name}: ${email}`, labels: { email_address: email } },
          child,
        ).name,
    );
    for (const { key, title, severity, condition, runbook, fromLog } of alertRules(has)) {
      new gcp.monitoring.AlertPolicy(
        `${place.name}-${key}`,
        {
          displayName: `${place.name}: ${title}`,
          combiner: "OR",
          severity,
          conditions: [subjects.apply(condition)],
          documentation: { content: runbook, mimeType: "text/markdown", subject: `${place.name}: ${title}` },
          notificationChannels,
          alertStrategy: { autoClose: DAY, ...(fromLog && { notificationRateLimit: { period: DAY } }) },
        },
        child,
      );
    }
    this.registerOutputs();
  }
}

const DAY = "86400s";
