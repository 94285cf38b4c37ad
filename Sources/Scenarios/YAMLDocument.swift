import CanonicalJSON
import Yams

/// A YAML text as the values of JSON, and the lines on which they stand.
///
/// Only what JSON has: one document of mappings with short names, lists, texts, whole numbers, true
/// and false. Aliases, anchors, tags and null are refused. So are texts that are too long or nested
/// too deep, before they cost anything.
struct YAMLDocument {
  /// The largest text, in bytes.
  static let byteLimit = 1 << 20
  /// The most places that may look like an alias, or like a mapping used as a name. The parser
  /// compares names before anything can be refused here; with so few that stays cheap.
  static let suspectLimit = 8

  /// The file, for errors.
  let file: String
  /// The root, which is a mapping.
  let value: JSONValue
  private let lines: [String: Int]

  /// Reads `text`; the paths in errors begin with `root`.
  init(_ text: String, file: String, root: String) throws(ScenarioError) {
    self.file = file
    try Self.checkSize(of: text, file)
    do {
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let node = try parser.singleRoot() else {
        throw ScenarioError(file: file, line: nil, problem: "there is nothing in it")
      }
      // Nodes hold their anchors weakly; the parser is their owner.
      (value, lines) = try withExtendedLifetime(parser) {
        var converter = YAMLConverter(file: file)
        return (try converter.value(of: node, path: root, depth: 0), converter.lines)
      }
    } catch let error as YamlError {
      throw ScenarioError(error, file: file)
    } catch let error as ScenarioError {
      throw error
    } catch {
      throw ScenarioError(file: file, line: nil, problem: "\(error)")
    }
  }

  /// The line of the value at `path`, or of the nearest one around it.
  func line(of path: String) -> Int? {
    var path = path[...]
    while !path.isEmpty {
      if let line = lines[String(path)] { return line }
      path = path.lastIndex { $0 == "." || $0 == "[" }.map { path[..<$0] } ?? ""
    }
    return nil
  }

  private static func checkSize(of text: String, _ file: String) throws(ScenarioError) {
    let bytes = text.utf8
    guard bytes.count <= byteLimit else {
      throw ScenarioError(
        file: file, line: nil,
        problem: "found \(bytes.count) bytes, expected at most \(byteLimit)")
    }
    var (aliases, mappedNames) = (0, 0)
    for (byte, next) in zip(bytes, bytes.dropFirst()) {
      if byte == UInt8(ascii: "*"), next > 0x20 { aliases += 1 }
      if byte == UInt8(ascii: "?"), next <= 0x20 { mappedNames += 1 }
    }
    guard aliases <= suspectLimit else {
      throw ScenarioError(
        file: file, line: nil, problem: "found \(aliases) times * before a name, expected no alias")
    }
    guard mappedNames <= suspectLimit else {
      throw ScenarioError(
        file: file, line: nil, problem: "found \(mappedNames) times ?, expected plain names")
    }
  }
}

extension ScenarioError {
  /// What the YAML parser complains about.
  init(_ error: YamlError, file: String) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let about = context.map { ", \($0.text)" } ?? ""
      self.init(file: file, line: mark.line, problem: "no YAML: \(problem)\(about)")
    case .duplicatedKeysInMapping(let names, let context):
      let few = names.prefix(3).map { JSONValue.string(String($0.prefix(80))).text() }
      self.init(
        file: file, line: context.mark.line,
        problem: "found \(few.joined(separator: ", ")) twice in one mapping")
    case .reader(let problem, let offset, let value, let yaml):
      let line = offset.map { yaml.prefix($0).count(where: \.isNewline) + 1 }
      let code = value < 0 ? "" : " (U+" + String(value, radix: 16, uppercase: true) + ")"
      self.init(file: file, line: line, problem: "no YAML: \(problem)\(code)")
    default: self.init(file: file, line: nil, problem: "no YAML: \(error)")
    }
  }
}
