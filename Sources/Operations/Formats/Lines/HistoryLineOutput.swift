import CanonicalJSON

/// Lines of a JSONL history in memory, until they are written or copied elsewhere.
package struct HistoryLineBuffer: ~Copyable {
  /// No line of an event is longer: the strings, nodes and counts of one at their bounds.
  private static let maximumEventBytes = 256 << 10
  private static let size = 256 << 10
  private let base: UnsafeMutablePointer<UInt8>
  private var place: UnsafeMutablePointer<UInt8>

  /// An empty buffer.
  package init() {
    base = .allocate(capacity: Self.size + Self.maximumEventBytes)
    place = base
  }

  deinit {
    base.deallocate()
  }

  /// Whether the buffer has to be cleared before the next event.
  package var isFull: Bool { place - base >= Self.size }

  /// The lines so far; valid until the buffer changes.
  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: place - base)
  }

  /// Forgets the lines.
  package mutating func clear() {
    place = base
  }

  /// Appends the line of one event, with its newline; the buffer must not be full.
  package mutating func append(_ timed: TimedEvent) {
    precondition(!isFull, "a full buffer of lines has to be cleared")
    var out = HistoryLineOutput(place: place)
    out.append(timed)
    place = out.place
  }
}

/// Writes the members of one flat JSON object into memory, without building a value of it.
struct HistoryLineOutput {
  private(set) var place: UnsafeMutablePointer<UInt8>

  init(place: UnsafeMutablePointer<UInt8>) {
    self.place = place
  }

  /// Writes bytes that are JSON already.
  @inline(__always)
  mutating func raw(_ text: StaticString) {
    place.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    place += text.utf8CodeUnitCount
  }

  @inline(__always)
  private mutating func byte(_ character: Unicode.Scalar) {
    place.pointee = UInt8(ascii: character)
    place += 1
  }

  mutating func member(_ key: StaticString, _ value: UInt32) {
    raw(key)
    decimal(UInt64(value))
  }

  /// Numbers beyond `Int64` are written as strings, since a reader may take no larger ones.
  mutating func member(_ key: StaticString, _ value: UInt64) {
    raw(key)
    if value <= Int64.max { return decimal(value) }
    raw("\"")
    decimal(value)
    raw("\"")
  }

  mutating func member(_ key: StaticString, _ value: Bool) {
    raw(key)
    raw(value ? "true" : "false")
  }

  mutating func member(_ key: StaticString, _ value: some NamedCase) {
    raw(key)
    raw("\"")
    var name = value.name
    name.withUTF8 { copy($0) }
    raw("\"")
  }

  mutating func member(_ key: StaticString, _ value: String) {
    raw(key)
    var quoted: [UInt8] = []
    JSONValue.appendQuoted(
      value.cut(toBytes: HistoryFormat.maximumStringBytes), to: &quoted)
    quoted.withUnsafeBufferPointer { copy($0) }
  }

  mutating func member(_ key: StaticString, _ value: JSONValue) {
    raw(key)
    value.bytes().withUnsafeBufferPointer { copy($0) }
  }

  mutating func member(_ key: StaticString, _ value: MessageID) {
    raw(key)
    if value == .foreign { return raw("\"foreign\"") }
    raw("\"")
    decimal(UInt64(value.client.rawValue))
    raw(".")
    decimal(UInt64(value.sequence))
    raw("\"")
  }

  mutating func member(_ key: StaticString, _ value: NodeID) {
    raw(key)
    node(value)
  }

  mutating func member(_ key: StaticString, _ nodes: ArraySlice<NodeID>) {
    raw(key)
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
    if value < 10 { return digit(value) }
    var length = 2
    var bound: UInt64 = 100
    while value >= bound, length < 19 {
      length += 1
      bound *= 10
    }
    if value >= bound { length += 1 }
    var rest = value
    for index in stride(from: length - 1, through: 0, by: -1) {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
      place[index] = UInt8(truncatingIfNeeded: remainder) + UInt8(ascii: "0")
      rest = quotient
    }
    place += length
  }

  @inline(__always)
  private mutating func digit(_ value: UInt64) {
    place.pointee = UInt8(truncatingIfNeeded: value) + UInt8(ascii: "0")
    place += 1
  }

  private mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress else { return }
    place.update(from: base, count: bytes.count)
    place += bytes.count
  }
}
