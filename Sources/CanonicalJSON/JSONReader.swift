/// A value with the path at which it stands, so that an error can name the field.
///
///     let plan = JSONReader(try JSONValue(parsing: text), path: "plan")
///     let at = try plan.object("workload").duration("length")
///
/// Every accessor throws `JSONError.field` with the path, what was found and what was expected.
public struct JSONReader: Sendable {
  /// The value.
  public let value: JSONValue
  /// Where it stands, e.g. `plan.schedule[3]`.
  public let path: String

  /// A reader of `value`, which people know as `path`.
  public init(_ value: JSONValue, path: String) {
    self.value = value
    self.path = path
  }

  /// The error that this value is not what was expected.
  public func mismatch(expected: String) -> JSONError {
    .field(path: path, found: Self.forPeople(value), expected: expected)
  }

  private static func forPeople(_ value: JSONValue) -> String {
    switch value {
    case .array(let elements): return "a list of \(elements.count)"
    case .object: return "an object"
    default:
      let text = value.text()
      return text.unicodeScalars.count <= 80 ? text : String(text.prefix(77)) + "..."
    }
  }
}

// MARK: - The value itself

extension JSONReader {
  /// The string that the value is.
  public func string() throws(JSONError) -> String {
    guard case .string(let string) = value else { throw mismatch(expected: "a string") }
    return string
  }

  /// The boolean that the value is.
  public func bool() throws(JSONError) -> Bool {
    guard case .bool(let bool) = value else { throw mismatch(expected: "true or false") }
    return bool
  }

  /// The whole number that the value is, within `range`.
  public func integer<Number: FixedWidthInteger>(
    in range: ClosedRange<Number> = Number.min...Number.max
  ) throws(JSONError) -> Number {
    guard case .integer(let integer) = value, let number = Number(exactly: integer),
      range.contains(number)
    else {
      throw mismatch(
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The duration whose nanoseconds the value is, within `range`; from zero up by default.
  public func duration(
    in range: ClosedRange<Duration> = .zero ... .nanoseconds(Int64.max)
  ) throws(JSONError) -> Duration {
    guard case .integer(let count) = value, range.contains(.nanoseconds(count)) else {
      throw mismatch(
        expected: "a duration in nanoseconds from \(JSONValue.nanoseconds(range.lowerBound).text())"
          + " to \(JSONValue.nanoseconds(range.upperBound).text())")
    }
    return .nanoseconds(count)
  }

  /// The 64 bits that the value spells in one to sixteen hexadecimal digits.
  public func hex() throws(JSONError) -> UInt64 {
    guard case .string(let digits) = value, (1...16).contains(digits.utf8.count),
      digits.utf8.first != UInt8(ascii: "+"), let bits = UInt64(digits, radix: 16)
    else { throw mismatch(expected: "a string of one to sixteen hexadecimal digits") }
    return bits
  }

  /// The elements of the list that the value is, each with its path.
  public func array() throws(JSONError) -> [JSONReader] {
    guard case .array(let elements) = value else { throw mismatch(expected: "a list") }
    return elements.enumerated().map { JSONReader($1, path: "\(path)[\($0)]") }
  }

  /// The members of the object that the value is, each with its path.
  public func members() throws(JSONError) -> [(name: String, reader: JSONReader)] {
    guard case .object(let members) = value else { throw mismatch(expected: "an object") }
    return members.map { ($0.name, JSONReader($0.value, path: "\(path).\($0.name)")) }
  }

  /// The case of `type` that the value names; the error suggests the nearest one.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    of type: Choice.Type = Choice.self
  ) throws(JSONError) -> Choice where Choice.RawValue == String {
    let names = type.allCases.map(\.rawValue)
    let list = "one of " + names.joined(separator: ", ")
    guard case .string(let name) = value else { throw mismatch(expected: list) }
    guard let choice = Choice(rawValue: name) else {
      let hint = NearestName.suggestion(for: name, among: names)
      throw mismatch(expected: list + hint)
    }
    return choice
  }
}
