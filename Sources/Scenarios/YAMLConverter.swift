import CanonicalJSON
import Yams

/// Turns the nodes of a YAML text into JSON values, and notes the line of each by its path.
struct YAMLConverter {
  /// The deepest nesting of mappings and lists.
  static let depthLimit = 16
  /// The longest name of a member, in bytes.
  static let nameLimit = 64

  private let file: String
  /// The lines by path.
  private(set) var lines: [String: Int] = [:]

  init(file: String) {
    self.file = file
  }

  /// The value of `node`, which stands at `path`.
  mutating func value(
    of node: Node, path: String, depth: Int
  ) throws(ScenarioError) -> JSONValue {
    if lines[path] == nil { lines[path] = node.mark?.line }
    guard node.anchor == nil else {
      throw refusal(node, path, found: "an anchor (&)", expected: "none, as there are no aliases")
    }
    guard depth < Self.depthLimit else {
      throw refusal(
        node, path, found: "more than \(Self.depthLimit) levels", expected: "a flat document")
    }
    switch node {
    case .scalar(let scalar): return try self.scalar(scalar, node, path)
    case .mapping(let mapping):
      try refuseTag(of: node, besides: "tag:yaml.org,2002:map", path)
      return try self.mapping(mapping, path, depth)
    case .sequence(let sequence):
      try refuseTag(of: node, besides: "tag:yaml.org,2002:seq", path)
      var elements: [JSONValue] = []
      for element in sequence {
        try elements.append(
          value(of: element, path: "\(path)[\(elements.count)]", depth: depth + 1))
      }
      return .array(elements)
    case .alias: throw refusal(node, path, found: "an alias (*)", expected: "a value")
    }
  }

  private mutating func mapping(
    _ mapping: Node.Mapping, _ path: String, _ depth: Int
  ) throws(ScenarioError) -> JSONValue {
    var members: [JSONMember] = []
    var names: Set<String> = []
    for (key, member) in mapping {
      let name = try name(key, path)
      let inner = "\(path).\(name)"
      lines[inner] = key.mark?.line
      guard names.insert(name).inserted else {
        throw refusal(key, inner, found: "a second one", expected: "each name once")
      }
      try members.append(JSONMember(name, value(of: member, path: inner, depth: depth + 1)))
    }
    return .object(members)
  }

  private func name(_ key: Node, _ path: String) throws(ScenarioError) -> String {
    guard case .scalar(let scalar) = key, key.anchor == nil else {
      throw refusal(key, path, found: "a name that is no plain text", expected: "a name")
    }
    try refuseTag(of: key, besides: "tag:yaml.org,2002:str", path)
    let name = scalar.string
    guard (1...Self.nameLimit).contains(name.utf8.count),
      !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw refusal(
        key, path, found: "a name of \(name.utf8.count) bytes",
        expected: "a name of 1 to \(Self.nameLimit) without control characters")
    }
    return name
  }

  private func scalar(
    _ scalar: Node.Scalar, _ node: Node, _ path: String
  ) throws(ScenarioError) -> JSONValue {
    let isPlain = scalar.style == .plain && scalar.tag == .implicit
    try refuseTag(of: node, besides: "tag:yaml.org,2002:str", path)
    let text = scalar.string
    guard isPlain else { return .string(text) }
    switch text {
    case "", "~", "null", "Null", "NULL":
      throw refusal(node, path, found: "nothing", expected: "a value, or not to be there at all")
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: return Self.integer(text).map { .integer($0) } ?? .string(text)
    }
  }

  /// A whole number that has only one way to be read: no leading zero or plus, no underscores.
  private static func integer(_ text: String) -> Int64? {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
    guard text.utf8.count - digits.count <= 1, let first = digits.first,
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      first != UInt8(ascii: "0") || digits.count == 1
    else { return nil }
    return Int64(text)
  }

  private func refuseTag(
    of node: Node, besides usual: String, _ path: String
  ) throws(ScenarioError) {
    guard node.tag.description == usual else {
      throw refusal(node, path, found: "a tag (!)", expected: "a value without one")
    }
  }

  private func refusal(
    _ node: Node, _ path: String, found: String, expected: String
  ) -> ScenarioError {
    ScenarioError(
      file: file, line: node.mark?.line, path: path,
      problem: "found \(found), expected \(expected)")
  }
}
