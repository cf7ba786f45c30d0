import type * as pulumi from "@pulumi/pulumi";

/** What a module behind a {@link Shell} exports as `provider`: every method but `configure`. */
export type Lifecycle<Inputs, Outputs extends Inputs = Inputs> = Required<
  Omit<pulumi.dynamic.ResourceProvider<Inputs, Outputs>, "configure">
>;

/** What such a module exports as `configure` if it takes settings of the stack. */
export type Configure = (config: pulumi.dynamic.Config) => void;

type Any = Lifecycle<object>;

/**
 * The part of a dynamic provider that Pulumi serializes into the state: nothing but the name of the module that holds
 * the provider. `refresh` and `destroy` therefore run the code of this checkout, never code that an older checkout left
 * in the state, and the module may use whatever a serialized function may not (npm packages, node: modules, #private).
 *
 * Keep it this small: the state holds its text twice for each resource.
 */
export class Shell implements pulumi.dynamic.ResourceProvider {
  /** The module, as package.json's `imports` names it: `#providers/litellm/virtual-key.ts`. */
  readonly module: string;

  constructor(module: string) {
    this.module = module;
  }

  async configure({ config }: pulumi.dynamic.ConfigureRequest) {
    const { configure } = (await import(this.module)) as { configure?: Configure };
    configure?.(config);
  }

  async check(olds: object, news: object) {
    const { provider } = (await import(this.module)) as { provider: Any };
    return provider.check(olds, news);
  }

  async diff(id: string, olds: object, news: object) {
    const { provider } = (await import(this.module)) as { provider: Any };
    return provider.diff(id, olds, news);
  }

  async create(inputs: object) {
    const { provider } = (await import(this.module)) as { provider: Any };
    return provider.create(inputs);
  }

  async read(id: string, props: object) {
    const { provider } = (await import(this.module)) as { provider: Any };
    return provider.read(id, props);
  }

  async update(id: string, olds: object, news: object) {
    const { provider } = (await import(this.module)) as { provider: Any };
    return provider.update(id, olds, news);
  }

  async delete(id: string, props: object) {
    const { provider } = (await import(this.module)) as { provider: Any };
    await provider.delete(id, props);
  }
}
