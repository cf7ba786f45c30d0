import type { z } from "zod";

import type { Values } from "../../toolchain/plugins/properties.ts";
import type { Failure } from "../../toolchain/plugins/resource-type.ts";
import type { CloudObject, TestCloud } from "./test-cloud.ts";

/** What a provider resource says. */
export interface ProviderConfig {
  project?: string;
  region?: string;
  defaultLabels: Record<string, string>;
  /** Whether everything is labelled as made by Pulumi. */
  attribution: boolean;
  /** Whether the provider lists the project's regions before anything else. */
  listsRegions: boolean;
}

/** What a type's code may use. */
export interface Request {
  cloud: TestCloud;
  config: ProviderConfig;
  /** The object before an update. */
  before?: CloudObject;
  /** The id of the object. */
  id: string;
}

/**
 * A resource type of the provider. Properties are named by declared paths: `settings.databaseFlags.value`, whatever the
 * position in a list. What the provider does itself (checks of names, immutable fields, defaults) is from
 * hashicorp/terraform-provider-google, google/services.
 */
export interface CloudType<Schema extends z.ZodObject = z.ZodObject> {
  /** The API that has to be enabled; undefined for what any project has. */
  api?: string;
  /** The properties that a program may set, strictly. */
  inputs: Schema;
  /** What the provider puts in the place of what is not set, where the parent is there. */
  defaults?: Record<string, unknown>;
  /** The properties that can't change in place. */
  immutable: readonly string[];
  /** The outputs that are known only once the object is there. */
  computed: readonly string[];
  /** The properties that the API decides when a program does not set them. */
  optional?: readonly string[];
  /** The lists whose order means nothing. */
  sets?: readonly string[];
  /** How a `name` is made up: its greatest length. */
  autoName?: number;
  /**
   * The property for labels, of types to which the provider adds its default labels. `effectiveLabels` are immutable where
   * the API takes no others for an object that is there.
   */
  labels?: string;
  /** Whether the provider leaves out its own label, as for few types. */
  isUnattributed?: boolean;
  /** The outputs that are secret whatever the inputs were. */
  secrets?: readonly string[];
  /** The inputs that the provider never keeps in state. */
  writeOnly?: readonly string[];
  /** The properties that name other objects, and the type of these. */
  uses?: Record<string, string>;
  /** Of `uses`, the property that names the object with which this one goes. */
  partOf?: string;
  /** The id, with properties in braces; `{random}` is a number that nobody else has. */
  id: string | ((inputs: z.output<Schema>, cloud: TestCloud) => string);
  /** What begins the self-link before the id, of types that have one. */
  selfLink?: string;
  /** Whether making it once more changes nothing, in place of a refusal. */
  idempotent?: boolean;
  /** How long the name can't be used again once the object is deleted, in milliseconds. */
  nameRests?(object: CloudObject): number;
  /** The refusal to make an object whose name rests. */
  resting?(id: string): Error;
  /** The provider's own refusal to delete, whatever the API would say; from the property `deletionProtection`. */
  protected?: string;
  /** Whether deleting leaves it in the cloud. */
  abandons?(state: Values): boolean;
  /** The properties, by declared path, whose change is none. */
  suppressed?(before: Values, after: Values): string[];
  /** The properties, by declared path, that take a new object because of how they change. */
  replacedBy?(before: Values, after: Values): string[];
  /** Rules across several properties that the provider knows before any request. */
  problems?(inputs: z.output<Schema>): Failure[];
  /** What the API answers to a create or an update, on top of the inputs. @throws GoogleError when it refuses. */
  outputs(inputs: z.output<Schema>, request: Request): Values;
  /** Refuses to delete. @throws GoogleError */
  beforeDelete?(object: CloudObject, cloud: TestCloud): void;
  /** The refusal to delete what `user` uses; without it the API deletes it all the same. */
  inUse?(object: CloudObject, user: CloudObject): Error;
}

/** A function for the sake of inference: the inputs' types in the declaration's methods are those of its schema. */
export function declare<Schema extends z.ZodObject>(type: CloudType<Schema>): CloudType<Schema> {
  return type;
}
