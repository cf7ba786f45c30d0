"""Arguments for a call of a function, as its parameters' JSON schema wants them."""

MOCK = "mock"
"""What stands for a text."""

DEPTH = 20
"""How deep a schema is followed, which may name itself."""

MOST = 1000
"""How many values a call's arguments have at most, and a text characters: a request must not keep LiteLLM busy with them."""


def arguments_of(schema: dict) -> dict:
    value = Examples(schema).of(schema, DEPTH)
    return value if isinstance(value, dict) else {}


class Examples:
    """Values that a schema allows, as far as its keywords are common ones. Of an object, they have only what is required."""

    def __init__(self, root: dict):
        self.root = root
        self.left = MOST

    def of(self, schema: object, depth: int) -> object:
        self.left -= 1
        if not isinstance(schema, dict) or depth == 0 or self.left < 0:
            return None
        if "$ref" in schema:
            return self.of(self.referenced(schema["$ref"]), depth - 1)
        for given in ("const", "default"):
            if given in schema:
                return schema[given]
        if schema.get("enum"):
            return schema["enum"][0]
        for choice in ("anyOf", "oneOf"):
            if schema.get(choice):
                return self.of(schema[choice][0], depth - 1)
        if schema.get("allOf"):
            values = [self.of(part, depth - 1) for part in schema["allOf"]]
            return {name: value for part in values if isinstance(part, dict) for name, value in part.items()}
        return self.of_type(schema, depth - 1)

    def of_type(self, schema: dict, depth: int) -> object:
        kind = schema.get("type")
        match kind[0] if isinstance(kind, list) and kind else kind:
            case "string":
                return MOCK.ljust(min(schema.get("minLength", 0), MOST), ".")[: schema.get("maxLength")]
            case "integer" | "number":
                return schema.get("minimum", 0)
            case "boolean":
                return False
            case "array":
                length = min(schema.get("minItems", 0), max(self.left, 0))
                return [self.of(schema.get("items"), depth) for _ in range(length)]
            case "null":
                return None
            case _:
                properties = schema.get("properties", {})
                return {name: self.of(properties.get(name), depth) for name in schema.get("required", [])}

    def referenced(self, pointer: str) -> object:
        """What a reference within the schema means: `#/$defs/City`."""
        value: object = self.root
        for name in pointer.removeprefix("#").split("/")[1:]:
            value = value.get(name.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
        return value
