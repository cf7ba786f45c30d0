/** What the translations must know about a model of a schema.prisma. */
export interface Model {
  /** Names of the fields that hold JSON. */
  json: Set<string>;
  /** The related models by the name of their field. */
  relations: Map<string, Model>;
}

/** The models of a schema.prisma by name; fields that are neither JSON nor relations are left out. */
export function readModels(schema: string): Map<string, Model> {
  const bodies = [...schema.matchAll(/^model\s+(\w+)\s*\{([^]*?)^\}/gm)].map(([, name = "", body = ""]) => ({
    name,
    body,
  }));
  const models = new Map<string, Model>(bodies.map(({ name }) => [name, { json: new Set(), relations: new Map() }]));
  for (const { name, body } of bodies) {
    for (const [, field = "", type = ""] of body.matchAll(/^\s*(\w+)\s+(\w+)/gm)) {
      const related = models.get(type);
      if (type === "Json") models.get(name)?.json.add(field);
      if (related) models.get(name)?.relations.set(field, related);
    }
  }
  return models;
}
