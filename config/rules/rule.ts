import type { Draft } from "../problems/draft.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import type { GcpSettings } from "../schema/gcp/gcp.ts";
import type { KubernetesSettings } from "../schema/kubernetes/kubernetes.ts";
import type { ParsedSettings } from "../schema/schema.ts";

/** The settings as far as they are well-formed. */
export type SettingsDraft = Draft<ParsedSettings>;

export type KubernetesDraft = Draft<KubernetesSettings>;

export type GcpDraft = Draft<GcpSettings>;

/** A rule across settings; must bear that any of them is missing, because it was wrong by itself. */
export type Rule = (settings: SettingsDraft) => SettingsProblem[];

/** A rule of section gcp. */
export type GcpRule = (gcp: GcpDraft) => SettingsProblem[];

/** A check that needs more than the settings, such as whether a port is free on this machine. */
export type SettingsCheck = (settings: SettingsDraft) => Promise<SettingsProblem[]>;
