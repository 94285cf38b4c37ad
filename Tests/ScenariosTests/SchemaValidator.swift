import CanonicalJSON

/// The keywords of JSON Schema 2020-12 that the schema of scenarios uses, as the specification
/// defines them. An unknown keyword is an error, so that none is silently ignored.
struct SchemaValidator {
  struct UnknownKeyword: Error {
    var name: String
  }

  /// The whole schema, in which references are looked up.
  let root: JSONValue

  /// Whether `value` is valid.
  func accepts(_ value: JSONValue) throws -> Bool {
    try accepts(value, root)
  }

  private func accepts(_ value: JSONValue, _ schema: JSONValue) throws -> Bool {
    if case .bool(let verdict) = schema { return verdict }
    guard case .object(let keywords) = schema else { throw UnknownKeyword(name: schema.text()) }
    return try keywords.allSatisfy { keyword in
      try holds(keyword.name, keyword.value, for: value, in: schema)
    }
  }

  private func holds(
    _ keyword: String, _ argument: JSONValue, for value: JSONValue, in schema: JSONValue
  ) throws -> Bool {
    switch keyword {
    case "$schema", "title", "description", "$defs", "then": true
    case "$ref": try accepts(value, try definition(argument))
    case "not": try !accepts(value, argument)
    case "allOf": try argument.elements.allSatisfy { try accepts(value, $0) }
    case "anyOf": try argument.elements.contains { try accepts(value, $0) }
    case "oneOf": try argument.elements.count { try accepts(value, $0) } == 1
    case "if":
      try schema["then"].map { try !accepts(value, argument) || accepts(value, $0) } ?? true
    case "enum": argument.elements.contains(value)
    case "type": argument == .string(value.typeName)
    default:
      switch value {
      case .object(let members): try object(members, keyword, argument, schema)
      case .array(let elements): try array(elements, keyword, argument, schema)
      case .string(let text): try string(text, keyword, argument)
      case .integer(let number): try integer(number, keyword, argument)
      case .bool, .null: try Self.isKnown(keyword)
      }
    }
  }

  private func object(
    _ members: [JSONMember], _ keyword: String, _ argument: JSONValue, _ schema: JSONValue
  ) throws -> Bool {
    let names = members.map(\.name)
    switch keyword {
    case "required": return argument.elements.allSatisfy { names.contains($0.string) }
    case "minProperties": return members.count >= argument.number
    case "properties":
      return try members.allSatisfy { member in
        try argument[member.name].map { try accepts(member.value, $0) } ?? true
      }
    case "additionalProperties":
      let described = schema["properties"]
      return try members.allSatisfy { member in
        try described?[member.name] != nil || accepts(member.value, argument)
      }
    case "dependentRequired":
      return names.allSatisfy { name in
        argument[name]?.elements.allSatisfy { names.contains($0.string) } ?? true
      }
    default: return try Self.isKnown(keyword)
    }
  }

  private func array(
    _ elements: [JSONValue], _ keyword: String, _ argument: JSONValue, _ schema: JSONValue
  ) throws -> Bool {
    let prefix = schema["prefixItems"]?.elements ?? []
    switch keyword {
    case "maxItems": return elements.count <= argument.number
    case "prefixItems": return try zip(elements, prefix).allSatisfy { try accepts($0, $1) }
    case "items":
      return try elements.dropFirst(prefix.count).allSatisfy { try accepts($0, argument) }
    default: return try Self.isKnown(keyword)
    }
  }

  private func string(_ text: String, _ keyword: String, _ argument: JSONValue) throws -> Bool {
    switch keyword {
    case "minLength": text.unicodeScalars.count >= argument.number
    case "maxLength": text.unicodeScalars.count <= argument.number
    case "pattern":
      try text.firstMatch(of: Regex(argument.string).matchingSemantics(.unicodeScalar)) != nil
    default: try Self.isKnown(keyword)
    }
  }

  private func integer(_ number: Int64, _ keyword: String, _ argument: JSONValue) throws -> Bool {
    switch keyword {
    case "minimum": number >= argument.number
    case "maximum": number <= argument.number
    default: try Self.isKnown(keyword)
    }
  }

  /// A keyword about another type of value says nothing about this one.
  private static func isKnown(_ keyword: String) throws -> Bool {
    let known = [
      "required", "minProperties", "properties", "additionalProperties", "dependentRequired",
      "maxItems", "prefixItems", "items", "minLength", "maxLength", "pattern", "minimum", "maximum",
    ]
    guard known.contains(keyword) else { throw UnknownKeyword(name: keyword) }
    return true
  }

  private func definition(_ reference: JSONValue) throws -> JSONValue {
    let prefix = "#/$defs/"
    guard reference.string.hasPrefix(prefix),
      let found = root["$defs"]?[String(reference.string.dropFirst(prefix.count))]
    else { throw UnknownKeyword(name: reference.text()) }
    return found
  }
}

extension JSONValue {
  fileprivate var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }

  fileprivate var string: String {
    if case .string(let string) = self { string } else { "" }
  }

  fileprivate var number: Int64 {
    if case .integer(let number) = self { number } else { 0 }
  }

  fileprivate var typeName: String {
    switch self {
    case .object: "object"
    case .array: "array"
    case .string: "string"
    case .integer: "integer"
    case .bool: "boolean"
    case .null: "null"
    }
  }
}
