/// A JSON document whose members keep their order and whose numbers are whole.
///
/// There are no floating-point numbers: durations are integer nanoseconds, and 64-bit patterns such
/// as seeds are strings of hexadecimal digits. So the same value has the same text everywhere.
public enum JSONValue: Hashable, Sendable {
  /// The literal `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number.
  case integer(Int64)
  /// A string.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Members in the order in which they are written; the names must differ from one another.
  case object([JSONMember])
}

/// One member of a JSON object.
public struct JSONMember: Hashable, Sendable {
  /// The member's name.
  public var name: String
  /// What it holds.
  public var value: JSONValue

  /// A member.
  public init(_ name: String, _ value: JSONValue) {
    self.name = name
    self.value = value
  }
}

extension JSONValue {
  /// The member `name` of an object; nil where there is none or this is not an object.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// A 64-bit pattern, such as a seed, as sixteen lower-case hexadecimal digits.
  public static func hex(_ bits: UInt64) -> JSONValue {
    let digits = String(bits, radix: 16)
    return .string(String(repeating: "0", count: 16 - digits.count) + digits)
  }

  /// A duration in nanoseconds, cut to the range of `Int64` (292 years).
  public static func nanoseconds(_ duration: Duration) -> JSONValue {
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return .integer(seconds < 0 ? .min : .max) }
    let (sum, overflowed) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return .integer(overflowed ? (seconds < 0 ? .min : .max) : sum)
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// The literal `null`.
  public init(nilLiteral: ()) { self = .null }
  /// A list.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object whose members keep the order of the literal.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { JSONMember($0.0, $0.1) })
  }
}
