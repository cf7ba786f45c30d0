"""Arguments for a call of a function, as its parameters' JSON schema wants them."""

MOCK = "mock"
"""What stands for a text."""

DEPTH = 20
"""How far a schema that names itself is followed."""


def arguments_of(schema: dict) -> dict:
    value = example(schema, schema, DEPTH)
    return value if isinstance(value, dict) else {}


def example(schema: object, root: dict, depth: int) -> object:
    """A value that a schema allows, as far as its keywords are common ones. Of an object, it has only what is required."""
    if not isinstance(schema, dict) or depth == 0:
        return None
    within = depth - 1
    if "$ref" in schema:
        return example(referenced(schema["$ref"], root), root, within)
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    if schema.get("enum"):
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf"):
        if schema.get(choice):
            return example(schema[choice][0], root, within)
    if schema.get("allOf"):
        values = [example(part, root, within) for part in schema["allOf"]]
        return {name: value for part in values if isinstance(part, dict) for name, value in part.items()}
    kind = schema.get("type")
    match kind[0] if isinstance(kind, list) and kind else kind:
        case "string":
            return MOCK.ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength")]
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
        case "array":
            return [example(schema.get("items"), root, within) for _ in range(schema.get("minItems", 0))]
        case "null":
            return None
        case _:
            properties = schema.get("properties", {})
            return {name: example(properties.get(name), root, within) for name in schema.get("required", [])}


def referenced(pointer: str, root: dict) -> object:
    """What a reference within the schema means: `#/$defs/City`."""
    value: object = root
    for name in pointer.removeprefix("#").split("/")[1:]:
        value = value.get(name.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
    return value
