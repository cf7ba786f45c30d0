interface Model {
  name: string;
  model: string;
}

/** The settings of the attacked gateway, with the models that the clients ask for and a project for each client: Google's SDK needs an API of its own. */
export function clientSettings(
  projects: readonly string[],
): (settings: Record<string, unknown>) => Record<string, unknown> {
  return (settings) => {
    const models = settings["models"] as Model[];
    const all = [...models, ...MORE_MODELS.map(({ like, ...own }) => ({ ...models.find(named(like)), ...own }))];
    const project = { models: all.map(({ name }) => name), budget: 40 };
    const own = (name: string) => ({ ...project, ...(name === "google" && { apis: ["google"] }) });
    return { ...settings, models: all, projects: Object.fromEntries(projects.map((name) => [name, own(name)])) };
  };
}

const named =
  (wanted: string) =>
  ({ name }: Model) =>
    name === wanted;

/** Models that know what the others don't: reasoning by effort, a search, plain text. */
const MORE_MODELS = [
  { like: "gpt-4o", name: "gpt-5", model: "openai/gpt-5" },
  { like: "gpt-4o", name: "searcher", model: "openai/gpt-4o-search-preview" },
  { like: "gpt-4o", name: "instruct", model: "openai/gpt-3.5-turbo-instruct" },
  { like: "claude-sonnet", name: "claude-opus", model: "anthropic/claude-opus-5-5" },
];
