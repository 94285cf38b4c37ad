/// What is wrong with a JSON text, or with a value in it.
public enum JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text is not JSON as this module reads it; `line` and `column` (in bytes) count from 1.
  case syntax(line: Int, column: Int, problem: String)
  /// A value is not what its reader needs; `path` is like `plan.schedule[3].at`.
  case field(path: String, found: String, expected: String)

  /// The error for people: where, what was found, what was expected.
  public var description: String {
    switch self {
    case .syntax(let line, let column, let problem): "line \(line), column \(column): \(problem)"
    case .field(let path, let found, let expected): "\(path): found \(found), expected \(expected)"
    }
  }
}

/// The bounds within which a JSON text is read, so that hostile input costs little.
public struct JSONLimits: Hashable, Sendable {
  /// The largest text, in bytes.
  public var bytes: Int
  /// The deepest nesting of lists and objects.
  public var depth: Int

  /// Bounds; the defaults, 16 MiB and 64 levels, suit plans and results.
  public init(bytes: Int = 16 << 20, depth: Int = 64) {
    self.bytes = bytes
    self.depth = depth
  }
}
