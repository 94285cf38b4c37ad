/// Octets behind a 32-bit length: mostly text, but the protocol does not say so.
package struct LongString: Hashable, Sendable, ExpressibleByStringLiteral {
  /// The octets as they travel.
  package var bytes: [UInt8]

  /// A long string of these octets.
  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The UTF-8 form of `text`.
  package init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The UTF-8 form of a literal.
  package init(stringLiteral text: String) {
    self.init(text)
  }

  /// The text, or nil if the octets are not UTF-8.
  package var text: String? {
    String(validating: bytes, as: UTF8.self)
  }
}

/// One value of a field table, with the type letters that RabbitMQ and rabbitmq-c use.
///
/// The letters differ from the AMQP 0-9-1 text (`s` is a signed short here, not a short string;
/// `l` is signed and `L` unsigned), because no implementation follows the text.
package enum FieldValue: Hashable, Sendable {
  /// How deeply tables and arrays may be nested in one another.
  package static let maximumDepth = 32

  /// Type `t`.
  case boolean(Bool)
  /// Type `b`.
  case int8(Int8)
  /// Type `B`.
  case uint8(UInt8)
  /// Type `s`.
  case int16(Int16)
  /// Type `u`.
  case uint16(UInt16)
  /// Type `I`.
  case int32(Int32)
  /// Type `i`.
  case uint32(UInt32)
  /// Type `l`.
  case int64(Int64)
  /// Type `L`.
  case uint64(UInt64)
  /// Type `f`.
  case float(Float)
  /// Type `d`.
  case double(Double)
  /// Type `D`: `value` divided by ten to the power of `scale`.
  case decimal(scale: UInt8, value: UInt32)
  /// Type `S`.
  case longString(LongString)
  /// Type `A`.
  case array([FieldValue])
  /// Type `T`: seconds since 1970.
  case timestamp(UInt64)
  /// Type `F`.
  case table(FieldTable)
  /// Type `V`.
  case void
  /// Type `x`.
  case bytes([UInt8])

  /// The text of a long string, or nil for every other type.
  package var text: String? {
    if case .longString(let string) = self { return string.text }
    return nil
  }

  /// The value as an integer, for the integer types that fit.
  package var integer: Int64? {
    switch self {
    case .int8(let value): Int64(value)
    case .uint8(let value): Int64(value)
    case .int16(let value): Int64(value)
    case .uint16(let value): Int64(value)
    case .int32(let value): Int64(value)
    case .uint32(let value): Int64(value)
    case .int64(let value): value
    case .uint64(let value): Int64(exactly: value)
    default: nil
    }
  }
}

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral
{
  /// A long string.
  package init(stringLiteral text: String) {
    self = .longString(LongString(text))
  }

  /// A boolean.
  package init(booleanLiteral value: Bool) {
    self = .boolean(value)
  }

  /// A signed 64-bit integer.
  package init(integerLiteral value: Int64) {
    self = .int64(value)
  }
}

/// A field table: named values in the order of the wire.
package struct FieldTable: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// One named value.
  package struct Entry: Hashable, Sendable {
    /// The name, at most 255 bytes of UTF-8.
    package var name: String
    /// The value.
    package var value: FieldValue

    /// An entry.
    package init(_ name: String, _ value: FieldValue) {
      self.name = name
      self.value = value
    }
  }

  /// The entries; equality of tables includes their order.
  package var entries: [Entry]

  /// A table of these entries.
  package init(_ entries: [Entry] = []) {
    self.entries = entries
  }

  /// A table in the order of the literal.
  package init(dictionaryLiteral elements: (String, FieldValue)...) {
    entries = elements.map { Entry($0.0, $0.1) }
  }

  /// Whether the table has no entries.
  package var isEmpty: Bool { entries.isEmpty }

  /// The first value under `name`; setting replaces it, appends it, or removes it with nil.
  package subscript(name: String) -> FieldValue? {
    get { entries.first { $0.name == name }?.value }
    set {
      let index = entries.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(name, value))
      case (nil, nil): break
      }
    }
  }
}
