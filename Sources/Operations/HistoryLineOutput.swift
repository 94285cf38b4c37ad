import CanonicalJSON

/// Appends the members of one flat JSON object to bytes, without building a value of it.
struct HistoryLineOutput {
  private(set) var bytes: [UInt8]

  /// Continues `bytes`.
  init(_ bytes: consuming [UInt8]) {
    self.bytes = bytes
  }

  /// Appends bytes that are JSON already.
  mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Appends `,"name":`.
  mutating func key(_ name: StaticString) {
    raw(",\"")
    raw(name)
    raw("\":")
  }

  mutating func member(_ name: StaticString, _ value: UInt32) {
    key(name)
    decimal(UInt64(value))
  }

  /// Numbers beyond `Int64` are written as strings, since a reader may take no larger ones.
  mutating func member(_ name: StaticString, _ value: UInt64) {
    key(name)
    if value <= Int64.max { return decimal(value) }
    raw("\"")
    decimal(value)
    raw("\"")
  }

  mutating func member(_ name: StaticString, _ value: Bool) {
    key(name)
    raw(value ? "true" : "false")
  }

  mutating func member(_ name: StaticString, _ value: some LineNamed) {
    key(name)
    raw("\"")
    bytes.append(contentsOf: value.lineName.utf8)
    raw("\"")
  }

  mutating func member(_ name: StaticString, _ value: String) {
    key(name)
    JSONValue.appendQuoted(
      value.cut(toBytes: HistoryFormat.maximumStringBytes), to: &bytes)
  }

  mutating func member(_ name: StaticString, _ value: MessageID) {
    key(name)
    if value == .foreign { return raw("\"foreign\"") }
    raw("\"")
    decimal(UInt64(value.client.rawValue))
    raw(".")
    decimal(UInt64(value.sequence))
    raw("\"")
  }

  mutating func member(_ name: StaticString, _ value: NodeID) {
    key(name)
    node(value)
  }

  mutating func member(_ name: StaticString, _ nodes: ArraySlice<NodeID>) {
    key(name)
    raw("[")
    for (index, item) in nodes.enumerated() {
      if index > 0 { raw(",") }
      node(item)
    }
    raw("]")
  }

  private mutating func node(_ value: NodeID) {
    raw("\"n")
    decimal(UInt64(value.rawValue))
    raw("\"")
  }

  mutating func signed(_ value: Int64) {
    if value < 0 { raw("-") }
    decimal(value.magnitude)
  }

  mutating func decimal(_ value: UInt64) {
    if value < 10 { return bytes.append(UInt8(truncatingIfNeeded: value) + UInt8(ascii: "0")) }
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    withUnsafeMutableBytes(of: &digits) { room in
      var rest = value
      var start = room.count
      while rest > 0 {
        let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
        start -= 1
        room[start] = UInt8(truncatingIfNeeded: remainder) + UInt8(ascii: "0")
        rest = quotient
      }
      bytes.append(contentsOf: room[start...])
    }
  }
}
