/// Fields of an event that may get more of them later: each is a key and a value, so that a reader
/// skips those that it does not know.
///
/// A key is a varint, twice the number of the field, and one more if the value is bytes behind
/// their length; otherwise the value is a varint. A field that is not there is nil, or an empty
/// list; one that is there several times is a list, or the last of them counts.
struct FieldList {
  private(set) var bytes: [UInt8] = []

  init() {}

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A number; nothing if there is none.
  mutating func number(_ key: UInt64, _ value: UInt64?) {
    guard let value else { return }
    bytes.appendVarint(key)
    bytes.appendVarint(value)
  }

  /// A number of something, which is not negative.
  mutating func count(_ key: UInt64, _ value: Int?) {
    number(key, value.map { UInt64(max(0, $0)) })
  }

  mutating func flag(_ key: UInt64, _ value: Bool?) {
    number(key, value.map { $0 ? 1 : 0 })
  }

  mutating func signed(_ key: UInt64, _ value: Int64?) {
    number(key, value.map(zigzag))
  }

  mutating func node(_ key: UInt64, _ value: NodeID?) {
    number(key, value.map { UInt64($0.rawValue) })
  }

  mutating func nodes(_ key: UInt64, _ values: [NodeID], atMost limit: Int) {
    for value in values.prefix(limit) { node(key, value) }
  }

  /// A string, cut to so many bytes; nothing if there is none.
  mutating func text(
    _ key: UInt64, _ value: String?, bytes limit: Int = HistoryFormat.maximumStringBytes
  ) {
    guard let value else { return }
    bytes.appendVarint(key)
    let bounded = value.cut(toBytes: limit)
    bytes.appendVarint(UInt64(bounded.utf8.count))
    bytes.append(contentsOf: bounded.utf8)
  }

  /// A list of fields within this one.
  mutating func list(_ key: UInt64, _ list: FieldList) {
    bytes.appendVarint(key)
    bytes.appendVarint(UInt64(list.bytes.count))
    bytes += list.bytes
  }
}
